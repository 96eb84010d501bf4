/* SPDX-License-Identifier: MIT */
/* Several deadlines on the one timer that a CPU has. */
#ifndef MACHINE_TIMER_H
#define MACHINE_TIMER_H

#include <stdint.h>

enum timer {
    TIMER_SINGLESHOT,           /* the kernel's VCPUOP_set_singleshot_timer */
    TIMER_PERIODIC,             /* VCPUOP_set_periodic_timer */
    TIMER_POLL,                 /* SCHEDOP_poll's timeout */
    TIMER_CONSOLE,              /* input without an interrupt */
    TIMERS,
};

/* Fires once, in the interrupt: `expired`, which may set it again. */
typedef void timer_expired(void);

void timer_register(enum timer timer, timer_expired *expired);

/* System time in ns; 0: off.  A time that is past fires at once. */
void timer_set(enum timer timer, uint64_t deadline);

/* VECTOR_TIMER. */
void timer_interrupt(void);

#endif
