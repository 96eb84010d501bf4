/* SPDX-License-Identifier: MIT */
#ifndef CHANNELS_H
#define CHANNELS_H

#include "guest.h"

#include <xen/event_channel.h>

/* Make a call of a type that is named by its operation; the argument. */
#define EVENT(name, operation, ...)                                        \
    ({                                                                     \
        struct evtchn_##operation op_ = { __VA_ARGS__ };                   \
                                                                           \
        report(CALL(event_channel_op, EVTCHNOP_##operation, &op_),         \
               "event_channel_op(EVTCHNOP_" #operation "), %s", name);     \
        op_;                                                               \
    })

/* A port that this vCPU sends to itself. */
evtchn_port_t new_ipi(const char *name);

/* An event word's bits, the selector's and the upcall's, all of vCPU 0. */
bool upcall_pending(void);
void upcall_clear(void);

void test_two_level(void);
void test_fifo(void);

#endif
