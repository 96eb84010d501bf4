/* SPDX-License-Identifier: MIT */
/* Waiting for something to do. */
#ifndef MACHINE_IDLE_H
#define MACHINE_IDLE_H

#include <stdbool.h>
#include <machine/cpu_area.h>

/*
 * Choose MWAIT where the CPU has it and nobody emulates it, or where
 * `mwait-idle` says so; HLT otherwise.
 */
void idle_init(const char *option);

/*
 * Sleep until an interrupt has been served or another CPU has called
 * idle_wake(), or shorter.  Call with IF clear, returns with IF clear.
 */
void idle_wait(struct cpu *cpu);

/*
 * Wake a CPU by a write to what it monitors, which costs less than an
 * interrupt.  False: it doesn't monitor anything, send it one.
 */
bool idle_wake(struct cpu *cpu);

#endif
