/* SPDX-License-Identifier: MIT */
/* Several deadlines on the one timer that each CPU has. */
#ifndef MACHINE_TIMER_H
#define MACHINE_TIMER_H

#include <stdint.h>
#include <machine/cpu_area.h>

/* Fires once, in the interrupt: `expired`, which may set it again. */
typedef void timer_expired(void);

void timer_register(enum timer timer, timer_expired *expired);

/*
 * The clock: set() lets timer_interrupt() be called on this CPU when system
 * time reaches `deadline`, at once if that is past.  hot_vcpu_op.S calls it,
 * too, for TIMER_SINGLESHOT, as timer_set() does: if that is to come before
 * what the clock was set to.
 */
void timer_use(void (*set)(uint64_t deadline));
extern void (*timer_set_clock)(uint64_t deadline);

/* The ABI's times are signed: one below 0 is past, and here 0 would be off. */
static inline uint64_t timer_deadline(uint64_t time)
{
    return (int64_t)time > 0 ? time : 1;
}

/*
 * This CPU's, or any CPU's.  System time in ns; 0: off.  A time that is
 * past fires at once, and no clock has to count for longer than 36 years.
 */
#define TIMER_LAST_BIT 60
void timer_set(enum timer timer, uint64_t deadline);
void timer_set_on(struct cpu *cpu, enum timer timer, uint64_t deadline);

/*
 * TIMER_REARM is patient: it has no interrupt of its own while the kernel
 * runs, whose ticks do for it, but when the CPU waits.  Call before that.
 */
void timer_before_wait(struct cpu *cpu);

/* VECTOR_TIMER. */
void timer_interrupt(void);

#endif
