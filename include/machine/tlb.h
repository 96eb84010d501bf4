/* SPDX-License-Identifier: MIT */
/* Forgetting translations, here and on other CPUs. */
#ifndef MACHINE_TLB_H
#define MACHINE_TLB_H

#include <stdint.h>
#include <machine/cpu_area.h>
#include <machine/cpu_set.h>
#include <machine/features.h>
#include <machine/x86.h>

/* Instead of a page's address: all, and all that are not global. */
#define TLB_ALL        UINT64_MAX
#define TLB_NOT_GLOBAL (UINT64_MAX - 1)

/* Global ones too, if there may be any: that costs exits under SVM. */
void tlb_flush_global(void);

/* All of this CPU's translations. */
static inline void tlb_flush_all_here(void)
{
    if (features.global_pages)
        tlb_flush_global();
    else
        write_cr3(read_cr3());
}

/* The same, or all that are not global, or one page's. */
void tlb_flush(uint64_t page);

/* On these CPUs; returns when all have done it. */
void tlb_flush_on(const struct cpu_set *cpus, uint64_t page);

/*
 * Do what other CPUs ask of this one.  To be called, with interrupts off,
 * by whoever waits for another CPU, or both would wait for ever.
 */
void tlb_serve(void);

/*
 * Around a wait of unknown length: the CPU touches nothing of the guest's
 * by its virtual addresses.  The first flush that reaches it then takes it
 * out of the guest's address space, and the next ones leave it alone.
 */
void tlb_idle_begin(struct cpu *cpu);
void tlb_idle_end(struct cpu *cpu);

#endif
