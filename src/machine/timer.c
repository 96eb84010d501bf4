/* SPDX-License-Identifier: MIT */
#include <machine/timer.h>

#include <machine/apic.h>
#include <machine/time.h>

static uint64_t deadlines[TIMERS];
static timer_expired *handlers[TIMERS];
static uint64_t programmed;             /* 0: the hardware is off */

void timer_register(enum timer timer, timer_expired *expired)
{
    handlers[timer] = expired;
}

static uint64_t earliest(void)
{
    uint64_t first = 0;

    for (unsigned i = 0; i < TIMERS; i++)
        if (deadlines[i] && (!first || deadlines[i] < first))
            first = deadlines[i];
    return first;
}

/* An early interrupt costs less than a later deadline's reprogramming. */
static void program(void)
{
    uint64_t first = earliest();

    if (first && (!programmed || first < programmed)) {
        programmed = first;
        apic_timer_set(first);
    }
}

void timer_set(enum timer timer, uint64_t deadline)
{
    deadlines[timer] = deadline;
    program();
}

void timer_interrupt(void)
{
    uint64_t now = time_now();

    programmed = 0;
    for (unsigned i = 0; i < TIMERS; i++)
        if (deadlines[i] && deadlines[i] <= now) {
            deadlines[i] = 0;
            handlers[i]();
        }
    program();
}
