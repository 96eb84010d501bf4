/* SPDX-License-Identifier: MIT */
/* For hot_mmu_update.S and hot_mmu_updates.S. */
#ifdef __ASSEMBLER__

#include <entry/hypercall_return.h>

/* An mmu_update_t's pointer and value (public/xen.h). */
#define VALUE        8
#define REQUEST_SIZE 16

#define PTE_SIZE     8

/* Bits of a pointer that mean another table, command or no entry at all. */
#define NOT_IN_TABLE ~(PAGE_SIZE - PTE_SIZE)

#endif
