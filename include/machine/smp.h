/* SPDX-License-Identifier: MIT */
/*
 * The machine's CPUs.  They are numbered from 0, the one that booted; the
 * same numbers are the kernel's vCPUs.
 */
#ifndef MACHINE_SMP_H
#define MACHINE_SMP_H

#include <stdbool.h>
#include <stdint.h>
#include <machine/acpi.h>
#include <machine/cpu_set.h>

struct cpu;

struct smp {
    unsigned nr_cpus;
    uint32_t apic_ids[NR_CPUS_MAX];
    uint32_t logical_ids[NR_CPUS_MAX];  /* with x2APIC */
    uint32_t acpi_ids[NR_CPUS_MAX];     /* processor UIDs of the MADT */
    struct cpu_set online;              /* they run microxen */
};

extern struct smp smp;
extern uint64_t smp_l4;         /* paging_l4(), for ap_entry.S */

/*
 * Take at most `max` of the CPUs that ACPI names, the one we run on among
 * them and first.  Without ACPI it is the only one.
 */
void smp_choose(const struct acpi_tables *acpi, unsigned max);

/*
 * Leave out CPUs that are not online; the others move up, and count as not
 * online themselves until they have been started again.
 */
void smp_drop_absent(void);

/*
 * Every other CPU's way into C, on its own stack, in our own address space.
 * It ends in `smp_run`, which start_cpus() sets.
 */
_Noreturn void smp_cpu_main(void);
extern void (*smp_run)(void);         /* never returns */

/* entry/ap_entry.S: where the boot's trampoline jumps to. */
extern const char ap_entry[];

/* NMI all others; they stop for good.  Of several callers one returns. */
void smp_stop_others(void);

/* In the NMI: is it such a stop?  Then it doesn't return. */
void smp_stop_if_asked(void);

/*
 * freeze.c: between these every other CPU stands still, in microxen; for
 * what they would disturb though no lock of ours is around it.  Pairs nest.
 */
void smp_freeze_others(void);
void smp_thaw_others(void);

/*
 * Every other CPU forgets all its translations; not to be called in such a
 * pair.  Unlike tlb_flush_on() it doesn't wait for those that have interrupts
 * off while the flag is the kernel's.
 */
void smp_flush_others(void);

/* Stand still, if another CPU wants it. */
void smp_freeze_if_asked(void);

/* In the NMI: was that what it came for?  Then it did. */
bool smp_freeze_by_nmi(void);

/* ipi.c: each CPU's part, the first one's choice of how to send to several. */
void ipi_note_logical_id(void);
void ipi_init(void);

/*
 * A fixed interrupt to these CPUs, of which we are none, in as few writes
 * as the APIC allows.  CPUs that are not meant may see it as well.
 */
void ipi_send(const struct cpu_set *targets, unsigned vector);
void ipi_send_one(unsigned cpu, unsigned vector);
void ipi_send_nmi(unsigned cpu);

#endif
