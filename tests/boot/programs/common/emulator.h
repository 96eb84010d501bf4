/* SPDX-License-Identifier: MIT */
/* Faults of emulators that would end a check in a broken kernel. */
#ifndef EMULATOR_H
#define EMULATOR_H

#include <stdbool.h>

/*
 * QEMU's TCG (7.2 at least) reads the stack of a far return or IRETQ in ring 3
 * with a supervisor's rights. With SMAP that is a page fault which no CPU
 * raises, and which Linux takes for a bug of its own.
 */
bool far_returns_break_the_kernel(void);

#endif
