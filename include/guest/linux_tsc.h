/* SPDX-License-Identifier: MIT */
/*
 * Linux begins by measuring the CPU's rate with a PIT, even where Xen tells
 * it that of the TSC. Where there is none it waits for it all the same, with
 * 100000 reads of a port, each of which leaves a virtual machine.
 */
#ifndef GUEST_LINUX_TSC_H
#define GUEST_LINUX_TSC_H

#include <stddef.h>

/*
 * Let the kernel ask us, by what Linux has for that: its image's
 * x86_platform.calibrate_cpu. An image that doesn't say where that is stays
 * as it is; what became of it is logged.
 */
void linux_tsc_tell(void *image, size_t size);

#endif
