/* SPDX-License-Identifier: MIT */
#ifndef GUEST_HYPERCALL_PAGE_H
#define GUEST_HYPERCALL_PAGE_H

/*
 * Write the hypercall transfer page, 128 slots of 32 bytes, as real Xen
 * does: each makes its call by SYSCALL.
 */
void hypercall_page_fill(void *page);

#endif
