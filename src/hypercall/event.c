/* SPDX-License-Identifier: MIT */
/* Event channels, 2-level ABI (public/event_channel.h). */
#include <hypercall/event.h>

#include <xen/event_channel.h>

#include <guest/domain.h>
#include <hypercall/argument.h>
#include <hypercall/domid.h>
#include <hypercall/hypercall.h>
#include <hypercall/pirq.h>
#include <lib/guest_access.h>

#define BITS 64

struct port {
    uint8_t status;             /* EVTCHNSTAT_* */
    bool local;                 /* interdomain to itself, or to a service */
    uint32_t vcpu;              /* which one is notified */
    uint32_t number;            /* virq, pirq; the other end's port */
    event_service *serve;
};

static struct port ports[NR_PORTS];

/* Port 0 is never given out; it reads as closed. */
static bool is_port(uint32_t port)
{
    return port < NR_PORTS;
}

static int allocate(void)
{
    for (int port = 1; port < NR_PORTS; port++)
        if (ports[port].status == EVTCHNSTAT_closed)
            return port;
    return -XEN_ENOSPC;
}

static bool test_and_set(uint64_t *word, unsigned bit)
{
    bool was;

    __asm__ volatile ("lock btsq %2, %0"
                      : "+m" (*word), "=@ccc" (was) : "r" ((uint64_t)bit)
                      : "memory");
    return was;
}

static void clear_bit(uint64_t *word, unsigned bit)
{
    __asm__ volatile ("lock btrq %1, %0"
                      : "+m" (*word) : "r" ((uint64_t)bit) : "memory");
}

static uint64_t *pending_word(unsigned port)
{
    return &domain.shared_info->evtchn_pending[port / BITS];
}

bool event_is_masked(unsigned port)
{
    return domain.shared_info->evtchn_mask[port / BITS] >> port % BITS & 1;
}

bool event_port_exists(uint32_t port)
{
    return is_port(port) && ports[port].status != EVTCHNSTAT_closed;
}

bool event_is_pending(unsigned port)
{
    return *pending_word(port) >> port % BITS & 1;
}

static void notify(unsigned port)
{
    struct vcpu_info *info = cpu_of(ports[port].vcpu)->vcpu_info;

    test_and_set(&info->evtchn_pending_sel, port / BITS);
    info->evtchn_upcall_pending = 1;
}

void event_raise(unsigned port)
{
    if (!test_and_set(pending_word(port), port % BITS)
        && !event_is_masked(port))
        notify(port);
}

/* The timer's VIRQ is raised a thousand times a second: remember it. */
static unsigned virq_ports[NR_VIRQS];

/* A device's interrupt finds its port here. */
static uint16_t pirq_ports[NR_PIRQS];

void event_raise_virq(unsigned virq, unsigned vcpu)
{
    unsigned port = virq_ports[virq];

    (void)vcpu;
    if (port)
        event_raise(port);
}

unsigned event_pirq_port(unsigned pirq)
{
    return pirq_ports[pirq];
}

void event_raise_pirq(unsigned pirq)
{
    unsigned port = event_pirq_port(pirq);

    if (port)
        event_raise(port);
}

void events_init(void)
{
    for (unsigned i = 0; i < NR_PORTS / BITS; i++)
        domain.shared_info->evtchn_mask[i] = 0;
}

unsigned event_service_port(event_service *serve)
{
    int port = allocate();

    ports[port] = (struct port){ .status = EVTCHNSTAT_interdomain,
                                 .serve = serve };
    return (unsigned)port;
}

static long alloc_unbound(struct evtchn_alloc_unbound *op)
{
    int port;

    if (!domid_is_self(op->dom))
        return -XEN_ESRCH;
    port = allocate();
    if (port < 0)
        return port;
    ports[port] = (struct port){ .status = EVTCHNSTAT_unbound };
    op->port = (evtchn_port_t)port;
    return 0;
}

static long bind_interdomain(struct evtchn_bind_interdomain *op)
{
    int port;

    if (!domid_is_self(op->remote_dom))
        return -XEN_ESRCH;
    if (!is_port(op->remote_port)
        || ports[op->remote_port].status != EVTCHNSTAT_unbound)
        return -XEN_EINVAL;
    port = allocate();
    if (port < 0)
        return port;
    ports[port] = (struct port){ .status = EVTCHNSTAT_interdomain,
                                 .local = true, .number = op->remote_port };
    ports[op->remote_port].status = EVTCHNSTAT_interdomain;
    ports[op->remote_port].local = true;
    ports[op->remote_port].number = (uint32_t)port;
    op->local_port = (evtchn_port_t)port;
    event_raise((unsigned)port);        /* as Xen: it may have been sent */
    return 0;
}

/* Each vCPU has these for itself; all others are bound to the first. */
static bool virq_is_per_vcpu(uint32_t virq)
{
    return virq == VIRQ_TIMER || virq == VIRQ_DEBUG || virq == VIRQ_XENOPROF
           || virq == VIRQ_XENPMU;
}

static long bind_virq(struct evtchn_bind_virq *op)
{
    int port;

    if (op->virq >= NR_VIRQS || (op->vcpu && !virq_is_per_vcpu(op->virq)))
        return -XEN_EINVAL;
    if (op->vcpu >= domain.nr_vcpus)
        return -XEN_ENOENT;
    if (virq_ports[op->virq])
        return -XEN_EEXIST;
    port = allocate();
    if (port < 0)
        return port;
    ports[port] = (struct port){ .status = EVTCHNSTAT_virq,
                                 .vcpu = op->vcpu, .number = op->virq };
    virq_ports[op->virq] = (unsigned)port;
    op->port = (evtchn_port_t)port;
    return 0;
}

static long bind_ipi(struct evtchn_bind_ipi *op)
{
    int port;

    if (op->vcpu >= domain.nr_vcpus)
        return -XEN_ENOENT;
    port = allocate();
    if (port < 0)
        return port;
    ports[port] = (struct port){ .status = EVTCHNSTAT_ipi,
                                 .vcpu = op->vcpu };
    op->port = (evtchn_port_t)port;
    return 0;
}

static long bind_pirq(struct evtchn_bind_pirq *op)
{
    int port;
    long result;

    if (!pirq_exists(op->pirq))
        return -XEN_EINVAL;
    if (event_pirq_port(op->pirq))
        return -XEN_EEXIST;
    port = allocate();
    if (port < 0)
        return port;
    ports[port] = (struct port){ .status = EVTCHNSTAT_pirq,
                                 .number = op->pirq };
    result = pirq_bound(op->pirq);
    if (result) {
        ports[port].status = EVTCHNSTAT_closed;
        return result;
    }
    pirq_ports[op->pirq] = (uint16_t)port;
    op->port = (evtchn_port_t)port;
    return 0;
}

static long close_port(const struct evtchn_close *op)
{
    struct port *port = &ports[op->port];

    if (!is_port(op->port) || port->serve)
        return -XEN_EINVAL;
    switch (port->status) {
    case EVTCHNSTAT_closed:
        return -XEN_EINVAL;
    case EVTCHNSTAT_virq:
        virq_ports[port->number] = 0;
        break;
    case EVTCHNSTAT_pirq:
        pirq_ports[port->number] = 0;
        pirq_unbound(port->number);
        break;
    case EVTCHNSTAT_interdomain:
        ports[port->number].status = EVTCHNSTAT_unbound;
        ports[port->number].local = false;
        break;
    }
    clear_bit(pending_word(op->port), op->port % BITS);
    *port = (struct port){ .status = EVTCHNSTAT_closed };
    return 0;
}

static long send(const struct evtchn_send *op)
{
    if (!is_port(op->port))
        return -XEN_EINVAL;

    struct port *port = &ports[op->port];

    switch (port->status) {
    case EVTCHNSTAT_interdomain:
        if (port->serve)
            port->serve();
        else
            event_raise(port->number);
        return 0;
    case EVTCHNSTAT_ipi:
        event_raise(op->port);
        return 0;
    case EVTCHNSTAT_unbound:
        return 0;                       /* nobody there: silently lost */
    default:
        return -XEN_EINVAL;
    }
}

static long status(struct evtchn_status *op)
{
    if (!domid_is_self(op->dom))
        return -XEN_ESRCH;
    if (!is_port(op->port))
        return -XEN_EINVAL;

    const struct port *port = &ports[op->port];

    op->status = port->status;
    op->vcpu = port->vcpu;
    switch (port->status) {
    case EVTCHNSTAT_unbound:
        op->u.unbound.dom = 0;
        break;
    case EVTCHNSTAT_interdomain:
        op->u.interdomain.dom = 0;
        op->u.interdomain.port = port->number;
        break;
    case EVTCHNSTAT_pirq:
        op->u.pirq = port->number;
        break;
    case EVTCHNSTAT_virq:
        op->u.virq = port->number;
        break;
    }
    return 0;
}

static long bind_vcpu(const struct evtchn_bind_vcpu *op)
{
    if (op->vcpu >= domain.nr_vcpus)
        return -XEN_ENOENT;
    if (!is_port(op->port))
        return -XEN_EINVAL;
    switch (ports[op->port].status) {
    case EVTCHNSTAT_virq:
        if (virq_is_per_vcpu(ports[op->port].number))
            return -XEN_EINVAL;
        break;
    case EVTCHNSTAT_unbound:
    case EVTCHNSTAT_interdomain:
    case EVTCHNSTAT_pirq:
        break;
    default:
        return -XEN_EINVAL;
    }
    ports[op->port].vcpu = op->vcpu;
    return 0;
}

void event_unmask(unsigned port)
{
    clear_bit(&domain.shared_info->evtchn_mask[port / BITS], port % BITS);
    if (event_is_pending(port))
        notify(port);
}

static long unmask(const struct evtchn_unmask *op)
{
    if (!is_port(op->port))
        return -XEN_EINVAL;
    if (ports[op->port].status != EVTCHNSTAT_closed)
        event_unmask(op->port);
    return 0;
}

static long reset(const struct evtchn_reset *op)
{
    if (!domid_is_self(op->dom))
        return -XEN_ESRCH;
    for (uint32_t port = 1; port < NR_PORTS; port++)
        if (!ports[port].serve)
            close_port(&(struct evtchn_close){ .port = port });
    return 0;
}

HYPERCALL(hypercall_event_channel_op)
{
    UNUSED_ARGUMENTS(a3, a4, a5, a6);
    switch ((uint32_t)a1) {
    CASE_IN(EVTCHNOP_send, struct evtchn_send, send, a2)
    CASE_IN_OUT(EVTCHNOP_alloc_unbound, struct evtchn_alloc_unbound,
                alloc_unbound, a2)
    CASE_IN_OUT(EVTCHNOP_bind_interdomain, struct evtchn_bind_interdomain,
                bind_interdomain, a2)
    CASE_IN_OUT(EVTCHNOP_bind_virq, struct evtchn_bind_virq, bind_virq, a2)
    CASE_IN_OUT(EVTCHNOP_bind_ipi, struct evtchn_bind_ipi, bind_ipi, a2)
    CASE_IN_OUT(EVTCHNOP_bind_pirq, struct evtchn_bind_pirq, bind_pirq, a2)
    CASE_IN(EVTCHNOP_close, struct evtchn_close, close_port, a2)
    CASE_IN_OUT(EVTCHNOP_status, struct evtchn_status, status, a2)
    CASE_IN(EVTCHNOP_bind_vcpu, struct evtchn_bind_vcpu, bind_vcpu, a2)
    CASE_IN(EVTCHNOP_unmask, struct evtchn_unmask, unmask, a2)
    CASE_IN(EVTCHNOP_reset, struct evtchn_reset, reset, a2)
    default:
        return -XEN_ENOSYS;     /* FIFO event channels: init_control, ... */
    }
}
