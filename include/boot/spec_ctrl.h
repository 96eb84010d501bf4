/* SPDX-License-Identifier: MIT */
/*
 * xen.gz's option spec-ctrl: a list, divided by commas, of which microxen has
 * a say in `verw`, also called `md-clear`.  The rest is the kernel's to do.
 */
#ifndef BOOT_SPEC_CTRL_H
#define BOOT_SPEC_CTRL_H

#include <stdbool.h>

/* Whether VERW may be used (machine/verw.h); other words are logged. */
bool spec_ctrl_verw(const char *value);

#endif
