/* SPDX-License-Identifier: MIT */
/* The ports there are: what event.c, event_ports.c and event_op.c share. */
#ifndef HYPERCALL_EVENT_PORTS_H
#define HYPERCALL_EVENT_PORTS_H

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <xen/xen.h>
#include <xen/event_channel.h>

#include <hypercall/event.h>
#include <hypercall/event_abi.h>
#include <machine/paging.h>

/*
 * Changed under the lock, in one store; read without, in one load, so that
 * who sends on a port sees it before or after a change, never in between.
 */
struct port {
    uint8_t status;             /* EVTCHNSTAT_* */
    uint8_t priority;           /* FIFO ABI */
    uint16_t vcpu;              /* which one is notified */
    uint32_t number;            /* virq, pirq; the other end's port */
};

union port_word {
    struct port port;
    uint64_t word;
};

static_assert(sizeof(struct port) == sizeof(uint64_t), "one load");

/* A page of them at a time, as they are needed. */
#define PORTS_IN_CHUNK (PAGE_SIZE / sizeof(uint64_t))

extern uint64_t *port_chunks[];

/* The ABI in use; it changes once, to FIFO. */
extern const struct event_abi *event_abi;

/* Port 0 is never given out; it reads as closed. */
bool port_is_valid(uint32_t port);

static inline struct port port_read(uint32_t port)
{
    const uint64_t *chunk = port_chunks[port / PORTS_IN_CHUNK];

    if (!chunk)
        return (struct port){ .status = EVTCHNSTAT_closed };
    return (union port_word){
        .word = __atomic_load_n(&chunk[port % PORTS_IN_CHUNK],
                                __ATOMIC_RELAXED)
    }.port;
}

void port_set(uint32_t port, struct port value);

/* The other end of a port: somebody outside (outside.h), not a port. */
#define PORT_OUTSIDE UINT32_MAX

/* A closed port, or -errno: chosen by whom we have outside. */
int port_allocate(void);

/* Who is at the other end of it, if not the kernel; or NULL. */
event_service *port_service(uint32_t port);

/* The port that each PIRQ is bound to, 0: none. */
void port_set_pirq(unsigned pirq, uint32_t port);

#endif
