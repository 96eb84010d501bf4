/* SPDX-License-Identifier: MIT */
#ifndef BENCH_MACHINE_H
#define BENCH_MACHINE_H

/* Tells "boot" and "memory" lines: when init started, of both the TSC's
 * ticks since power-on, `started`, and the kernel's clock; what the kernel
 * has said of its memory, and what a hypervisor says it has. */
void describe_machine(unsigned long long started);

/* On the one that the environment's processor=NUMBER names, if it does. */
void stay_on_processor(void);

/*
 * Who is woken waits from now on until the waker sleeps. Else it is by chance
 * how often two take turns in a round trip, natively as well.
 */
void let_waker_go_on(void);

/* Brings the loopback interface up. */
void start_network(void);

#endif
