/* SPDX-License-Identifier: MIT */
/*
 * Operations of ours that the kernel calls as its own: a page, read-only
 * and executable, at the start of the kernel's part of the address space,
 * since its call sites get displacements of 32 bits.
 */
#ifndef PVOPS_STUBS_H
#define PVOPS_STUBS_H

#include <stdbool.h>
#include <stdint.h>

/* Is there room for the page? */
bool pvops_stubs_fit(void);

/* Make it. */
void pvops_stubs_map(void);

/* int pgd_alloc(struct mm_struct *), void load_sp0(unsigned long) */
uint64_t pvops_stub_pgd_alloc(void);
uint64_t pvops_stub_load_sp0(void);

#endif
