/* SPDX-License-Identifier: MIT */
/* Event channels: ports, and how an event reaches the kernel. */
#ifndef HYPERCALL_EVENT_H
#define HYPERCALL_EVENT_H

#include <stdbool.h>
#include <stdint.h>
#include <xen/xen.h>

#include <machine/cpu_area.h>

/* Ports of the plain domain's services, made before the kernel starts. */
typedef void event_service(void);

void events_init(void);

/* A port whose other end is `serve`: called when the kernel sends on it. */
unsigned event_service_port(event_service *serve);

/* See that there is room to keep a port's state in; the lowest closed one. */
bool event_port_make(uint32_t port);
int event_port_lowest(void);

/* This port's other end is outside; there is room for its state. */
void event_port_outside(uint32_t port);

/* event_channel_op where there is no other domain: all ends are here. */
struct evtchn_alloc_unbound;
struct evtchn_bind_interdomain;
long event_alloc_unbound_here(struct evtchn_alloc_unbound *op);
long event_bind_interdomain_here(struct evtchn_bind_interdomain *op);

/* Raise a port towards the kernel. */
void event_raise(unsigned port);

/* Raise the port that is bound to a VIRQ, or to a PIRQ, if one is. */
static inline void event_raise_virq(unsigned virq, const struct cpu *cpu)
{
    unsigned port = __atomic_load_n(&cpu->virq_ports[virq], __ATOMIC_RELAXED);

    if (port)                           /* another CPU may close it */
        event_raise(port);
}

void event_raise_pirq(unsigned pirq);

/* The port that a PIRQ is bound to, 0: none. */
unsigned event_pirq_port(unsigned pirq);

static_assert(NR_CPU_VIRQS == NR_VIRQS, "");

/*
 * The 2-level ABI?  Linux itself makes events pending with it, and looks
 * at them when its irq_enable is Xen's.
 */
bool event_is_2level(void);

/*
 * Something is pending and the kernel lets it through, as far as the mask
 * says: where it has the interrupt flag, hardware has looked at that.
 */
static inline bool event_is_deliverable(const struct cpu *cpu)
{
    return cpu->vcpu_info->evtchn_upcall_pending
           && !cpu->vcpu_info->evtchn_upcall_mask;
}

/* Another CPU may have given this vCPU events without an interrupt. */
void event_look(void);

/*
 * The vCPU goes on with its own interrupt flag, perhaps clear: nothing else
 * masks events, and what is pending comes when it is set.
 */
void event_wait_for_flag(struct cpu *cpu);

/* Is it bound to anything, or allocated to be? */
bool event_port_exists(uint32_t port);

/* Is this port pending, is it masked? */
bool event_is_pending(unsigned port);
bool event_is_masked(unsigned port);

/* Let it through; if it is pending, at once. */
void event_unmask(unsigned port);

/*
 * Between these the CPU is woken by masked events as well; look whether one
 * is pending after the first of them, not before.
 */
void event_poll_begin(void);
void event_poll_end(void);

#endif
