/* SPDX-License-Identifier: MIT */
#ifndef TIME_H
#define TIME_H

#include "guest.h"

#include <xen/vcpu.h>
#include <xen/sched.h>
#include <xen/event_channel.h>

/* "yes" or "no" */
const char *yes(bool holds);

/* The port of VIRQ_TIMER, masked: it is looked at. */
extern evtchn_port_t timer_port;
bool timer_rang(void);
void timer_clear(void);

/* Whether it rings within that time. */
bool rings_within(uint64_t ns);

void test_clock(void);
void test_timers(void);
void test_polls(void);
void test_runstate(void);
void test_block(void);

#endif
