/* SPDX-License-Identifier: MIT */
#ifndef BENCH_INTERRUPTS_H
#define BENCH_INTERRUPTS_H

/* Is interrupted in user mode some dozens of times: after "interrupts timer"
 * and between a begin and an end by the timer, and then after "interrupts
 * device" by the keyboard controller. */
void measure_interrupts(void);

#endif
