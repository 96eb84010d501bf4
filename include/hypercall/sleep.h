/* SPDX-License-Identifier: MIT */
#ifndef HYPERCALL_SLEEP_H
#define HYPERCALL_SLEEP_H

/*
 * Power off for a kernel that asked by SCHEDOP_shutdown.  Returns when the
 * machine can't.
 */
void sleep_power_off(void);

/* SCHEDOP_shutdown: -errno if it does not end here. */
long sched_shut_down(unsigned reason);

#endif
