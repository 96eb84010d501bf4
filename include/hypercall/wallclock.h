/* SPDX-License-Identifier: MIT */
#ifndef HYPERCALL_WALLCLOCK_H
#define HYPERCALL_WALLCLOCK_H

#include <stdint.h>

/* Tell the kernel the time of day at system time 0, in ns since 1970. */
void wallclock_set(uint64_t ns);

#endif
