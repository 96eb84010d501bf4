/* SPDX-License-Identifier: MIT */
#ifndef HYPERCALL_USER_BIT_H
#define HYPERCALL_USER_BIT_H

#include <stdbool.h>
#include <stdint.h>

/*
 * A program of a kernel in the low half was refused the page at `virtual`:
 * if the tables that the kernel has for user mode map it, let it in, as Xen
 * does whatever the entries' user bit is.  True: something has changed.
 */
bool user_bit_fix(uint64_t virtual);

#endif
