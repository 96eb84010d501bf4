/* SPDX-License-Identifier: MIT */
/* What the two have while they wait for each other, by either ABI. */
#ifndef PORTS_H
#define PORTS_H

#include "second.h"

#include <xen/event_channel.h>

/* Of each: an upcall's port, one for SCHEDOP_poll, and its timer's. */
enum { TURN, KICK, TIMER, PORTS };
extern evtchn_port_t ports[2][PORTS];

extern volatile bool fired[2];          /* its timer's event was taken */

/* Bind them; its periodic timer is off then. */
void ports_bind(unsigned vcpu);

/* From now on, FIFO queues for both. */
void ports_use_fifo(void);

/* Upcalls for all but KICK, and nothing is pending. */
void ports_forget(unsigned vcpu);

void port_clear(evtchn_port_t port);

/* In its upcall: all that is pending. */
void ports_take(unsigned vcpu);

#endif
