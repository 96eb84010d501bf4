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

/*
 * Stubs for operations whose first argument is an MSR: the native function
 * for the bases of FS and of the user's GS, which a context switch reads
 * and writes, or what that does by instructions (user_gs.S); else the function
 * that is there.  How write_msr takes its value is told by how many
 * `parameters` it has; 0: there is no stub for such a one.
 */
uint64_t pvops_stub_read_msr(uint64_t native, uint64_t other);
uint64_t pvops_stub_write_msr(uint64_t native, uint64_t other,
                              unsigned parameters);

/* Where they are: so many bytes from there on. */
#define PVOPS_MSR_STUBS_SIZE 256
uint64_t pvops_msr_stubs(void);

/*
 * int pgd_alloc(struct mm_struct *), void load_sp0(unsigned long),
 * void load_gdt(const struct desc_ptr *), void safe_halt(void)
 */
uint64_t pvops_stub_pgd_alloc(void);
uint64_t pvops_stub_load_sp0(void);
uint64_t pvops_stub_load_gdt(void);
uint64_t pvops_stub_safe_halt(void);

/* Where the last one's `sti` is, which covers its SYSCALL. */
uint64_t pvops_stub_safe_halt_sti(void);

#endif
