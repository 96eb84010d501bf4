/* SPDX-License-Identifier: MIT */
/* Faults of emulators that would end a check in a broken kernel. */
#ifndef EMULATOR_H
#define EMULATOR_H

#include <stdbool.h>

/*
 * QEMU's TCG (7.2 at least) accesses the stack of a far call, far return or
 * IRETQ in ring 3 with a supervisor's rights. With SMAP that is a page fault
 * which no CPU raises, and which Linux takes for a bug of its own.
 */
bool far_returns_break_the_kernel(void);

/*
 * TCG runs SYSCALL in 32-bit code whatever the vendor. Intel's CPUs raise #UD,
 * so that Linux gives such a call no place to go: TCG sends it to address 0.
 */
bool raw_syscall_32_breaks_the_kernel(void);

/*
 * When an interrupt strikes 32-bit code whose DS or ES has a base, TCG (7.2 at
 * least) lets 64-bit kernel code use that base: the kernel hangs or crashes.
 */
bool data_segment_bases_break_the_kernel(void);

#endif
