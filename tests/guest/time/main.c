/* SPDX-License-Identifier: MIT */
/*
 * time - the clock, timers, polls with a timeout, runstates, sleep
 *
 * The clock goes forward and is nowhere behind itself.  Timers of all four
 * calls ring, not before their time, and not once they are stopped; those
 * that are late ring at once or are refused.  Polls end by their timeout or
 * by their port, blocks by an upcall.  Runstates account for all of the
 * time.  What is printed is whether it is so, never how long it took.
 */
#include "time.h"

evtchn_port_t timer_port;

const char *yes(bool holds)
{
    return holds ? "yes" : "no";
}

bool timer_rang(void)
{
    return *(volatile unsigned long *)
               &shared_info->evtchn_pending[timer_port / 64]
           >> timer_port % 64 & 1;
}

void timer_clear(void)
{
    __atomic_fetch_and(&shared_info->evtchn_pending[timer_port / 64],
                       ~(1ul << timer_port % 64), __ATOMIC_SEQ_CST);
}

bool rings_within(uint64_t ns)
{
    for (uint64_t end = now() + ns; now() < end;)
        if (timer_rang())
            return true;
    return timer_rang();
}

void guest_main(void)
{
    struct evtchn_bind_virq op = { .virq = VIRQ_TIMER };

    traps_install(0);
    report(CALL(event_channel_op, EVTCHNOP_bind_virq, &op), "VIRQ_TIMER");
    timer_port = op.port;
    test_clock();
    test_timers();
    test_polls();
    test_runstate();
    test_block();
}
