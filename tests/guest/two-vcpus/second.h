/* SPDX-License-Identifier: MIT */
/* The second vCPU: how it is started, and how it is told what to do. */
#ifndef SECOND_H
#define SECOND_H

#include "run/run.h"

#include <xen/vcpu.h>

#define SECOND   1

/* Callbacks that are never called. */
#define ON_OTHER ON_FAILSAFE

/* A context with which it starts at second_entry; may be changed. */
struct vcpu_guest_context *second_context(void);

/* Whether a frame was pushed on its stack. */
bool on_second_stack(const void *place);

/* Print what it found in its registers when it started. */
void second_print_start(void);

/* It does `what` and then waits for more; begin() doesn't wait for that. */
void second_begin(void (*what)(void));
void second_finish(const char *name);
void second_run(const char *name, void (*what)(void));

/* Spin until it holds; or say so, by its name, and end the test. */
#define WAIT_UNTIL(name, condition)                                         \
    do {                                                                    \
        for (unsigned long n_ = 0; !(condition); n_++)                      \
            if (n_ == WAIT_MAX)                                             \
                gave_up(name);                                              \
            else                                                            \
                CALL(sched_op, SCHEDOP_yield, 0);                           \
    } while (0)
#define WAIT_MAX 10000000ul

_Noreturn void gave_up(const char *name);

/* How often each of the two had an upcall or an NMI. */
extern volatile unsigned upcalls[2], nmis[2];

void test_life(void);
void test_events(void);
void test_others_state(void);
void test_user_nmi(void);
void test_waits(void);

#endif
