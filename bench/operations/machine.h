/* SPDX-License-Identifier: MIT */
#ifndef BENCH_MACHINE_H
#define BENCH_MACHINE_H

/* Tells "boot" and "memory" lines: when init started, of both the TSC's
 * ticks since power-on, `started`, and the kernel's clock; what the kernel
 * has said of its memory, and what a hypervisor says it has. */
void describe_machine(unsigned long long started);

/* Brings the loopback interface up. */
void start_network(void);

#endif
