/* SPDX-License-Identifier: MIT */
/* The end of everything. */
#ifndef LIB_PANIC_H
#define LIB_PANIC_H

#include <stdbool.h>
#include <stdint.h>

struct frame;

/* Command line `noreboot`: stay halted instead of rebooting. */
extern bool option_noreboot;

/*
 * Say what is wrong in one line on every console, then wait five seconds
 * and reboot, or halt with noreboot.
 */
_Noreturn void panic(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/*
 * A fault that microxen itself caused or cannot survive: as panic(), with
 * registers, a symbolised backtrace and the guest's state.
 */
_Noreturn void panic_frame(const struct frame *frame, const char *why);

/* The last steps of both: wait if asked, reboot or halt. */
_Noreturn void end_machine(void);

#endif
