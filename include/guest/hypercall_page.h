/* SPDX-License-Identifier: MIT */
#ifndef GUEST_HYPERCALL_PAGE_H
#define GUEST_HYPERCALL_PAGE_H

#include <stdbool.h>

/*
 * Write the hypercall transfer page, 128 slots of 32 bytes.  As real Xen's
 * each makes its call by SYSCALL; or, if `direct`, the hot ones jump to the
 * CPU's entry stubs (page_calls.S), which has to be left alone where the
 * kernel may get the interrupt flag: `cli` would lose it.
 */
void hypercall_page_fill(void *page, bool direct);

#endif
