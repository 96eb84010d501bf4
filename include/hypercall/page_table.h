/* SPDX-License-Identifier: MIT */
/* The guest's page tables; nothing in them is checked. */
#ifndef HYPERCALL_PAGE_TABLE_H
#define HYPERCALL_PAGE_TABLE_H

#include <stdbool.h>
#include <stdint.h>
#include <xen/xen.h>
#include <lib/frame_number.h>
#include <machine/cpu_set.h>

/* Always faults. */
#define NO_ADDRESS 0x8000000000000000

/*
 * The hot path of mmu_update remembers the table that a CPU wrote last, and
 * doesn't ask again whose it is.  To be forgotten when a frame changes hands.
 */
struct cpu;
void page_table_forget(struct cpu *cpu);
void page_table_forget_on_all(void);

/* The frame that is mapped at `virtual`, by a page of any size. */
bool page_table_frame(uint64_t virtual, mfn_t *frame);

/*
 * The CPUs of the bitmap at guest address `mask`, a bit for each vCPU.
 * False when it can't be read.
 */
bool vcpu_mask_read(struct cpu_set *cpus, uint64_t mask);
void vcpu_mask_all(struct cpu_set *cpus);

/* Do what UVMF_* flags ask for.  -errno as Xen's. */
long tlb_flush_uvmf(uint64_t virtual, uint64_t flags);

#endif
