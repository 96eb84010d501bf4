/* SPDX-License-Identifier: MIT */
#include "event_ports.h"

#include <xen/xen.h>
#include <xen/errno.h>
#include <xen/event_channel.h>

#include <hypercall/outside.h>
#include <machine/paging.h>

uint64_t *port_chunks[EVTCHN_FIFO_NR_CHANNELS / PORTS_IN_CHUNK];
const struct event_abi *event_abi = &event_abi_2level;

/* Its chunk is there: port_allocate() saw to it. */
void port_set(uint32_t port, struct port value)
{
    uint64_t *chunk = port_chunks[port / PORTS_IN_CHUNK];

    if (value.status != EVTCHNSTAT_closed && !port_read(port).status)
        value.priority = EVTCHN_FIFO_PRIORITY_DEFAULT;
    __atomic_store_n(&chunk[port % PORTS_IN_CHUNK],
                     (union port_word){ .port = value }.word,
                     __ATOMIC_RELAXED);
}

/* Services at the other end; they are made before the kernel starts. */
#define SERVICES_MAX 2

static struct {
    unsigned port;
    event_service *serve;
} services[SERVICES_MAX];

event_service *port_service(uint32_t port)
{
    for (unsigned i = 0; i < SERVICES_MAX; i++)
        if (services[i].serve && services[i].port == port)
            return services[i].serve;
    return NULL;
}

bool port_is_valid(uint32_t port)
{
    return port < event_abi->nr_ports;
}

bool event_port_make(uint32_t port)
{
    uint64_t **chunk = &port_chunks[port / PORTS_IN_CHUNK];

    if (!*chunk && pool_left())
        *chunk = direct(pool_frame());
    return *chunk;
}

int event_port_lowest(void)
{
    for (uint32_t port = 1; port < event_abi->nr_ports; port++) {
        if (!event_port_make(port))
            break;
        if (port_read(port).status == EVTCHNSTAT_closed)
            return (int)port;
    }
    return -XEN_ENOSPC;
}

int port_allocate(void)
{
    return outside->port_allocate();
}

bool event_port_exists(uint32_t port)
{
    return port_is_valid(port) && port_read(port).status != EVTCHNSTAT_closed;
}

void event_port_outside(uint32_t port)
{
    port_set(port, (struct port){ .status = EVTCHNSTAT_interdomain,
                                  .number = PORT_OUTSIDE });
}

unsigned event_service_port(event_service *serve)
{
    static unsigned nr_services;
    int port = port_allocate();

    port_set((uint32_t)port, (struct port){
        .status = EVTCHNSTAT_interdomain });
    services[nr_services].port = (unsigned)port;
    services[nr_services++].serve = serve;
    return (unsigned)port;
}
