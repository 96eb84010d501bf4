/* SPDX-License-Identifier: MIT */
#ifndef HYPERCALL_P2M_CHECK_H
#define HYPERCALL_P2M_CHECK_H

#include <stdbool.h>

/* Command line `p2m-check`. */
extern bool option_p2m_check;

/*
 * With p2m-check: go through the table that Linux keeps of its frames
 * (shared_info.arch.p2m_vaddr) and through ours, and log how many frames
 * are not themselves.  That both are the identity is what DMA and much of
 * docs/design.md rest on.
 */
void p2m_check(void);

/* Is the kernel's table there, and the identity without exception? */
bool p2m_is_identity(void);

#endif
