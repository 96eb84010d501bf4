/* SPDX-License-Identifier: MIT */
#ifndef BOOT_START_CPUS_H
#define BOOT_START_CPUS_H

/*
 * Start the CPUs that smp_choose() took, all at once (SDM volume 3, 9.4.4),
 * and wait until they are online.  One that doesn't come is named and left
 * out.  Each goes on in `run`, interrupts off, on its own stack, for ever.
 */
void start_cpus(void (*run)(void));

#endif
