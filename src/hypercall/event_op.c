/* SPDX-License-Identifier: MIT */
/* The event_channel_op hypercall (public/event_channel.h). */
#include "event_ports.h"

#include <hypercall/hypercall.h>

#include <xen/event_channel.h>

#include <guest/domain.h>
#include <hypercall/argument.h>
#include <hypercall/domid.h>
#include <hypercall/outside.h>
#include <hypercall/pirq.h>
#include <hypercall/vcpu.h>
#include <lib/guest_access.h>
#include <lib/spinlock.h>
#include <pvops/pvops.h>

/* Around all that changes ports. */
static struct spinlock ports_lock;

/* Each vCPU has these for itself; all others are bound to the first. */
static bool virq_is_per_vcpu(uint32_t virq)
{
    return virq == VIRQ_TIMER || virq == VIRQ_DEBUG || virq == VIRQ_XENOPROF
           || virq == VIRQ_XENPMU;
}

long event_alloc_unbound_here(struct evtchn_alloc_unbound *op)
{
    int port;

    if (!domid_is_self(op->dom))
        return -XEN_ESRCH;
    port = port_allocate();
    if (port < 0)
        return port;
    port_set((uint32_t)port, (struct port){ .status = EVTCHNSTAT_unbound });
    op->port = (evtchn_port_t)port;
    return 0;
}

long event_bind_interdomain_here(struct evtchn_bind_interdomain *op)
{
    struct port remote;
    int port;

    if (!domid_is_self(op->remote_dom))
        return -XEN_ESRCH;
    if (!port_is_valid(op->remote_port))
        return -XEN_EINVAL;
    remote = port_read(op->remote_port);
    if (remote.status != EVTCHNSTAT_unbound)
        return -XEN_EINVAL;
    port = port_allocate();
    if (port < 0)
        return port;
    port_set((uint32_t)port, (struct port){
        .status = EVTCHNSTAT_interdomain,
        .number = op->remote_port });
    remote.status = EVTCHNSTAT_interdomain;
    remote.number = (uint32_t)port;
    port_set(op->remote_port, remote);
    op->local_port = (evtchn_port_t)port;
    event_raise((unsigned)port);        /* as Xen: it may have been sent */
    return 0;
}

static long alloc_unbound(struct evtchn_alloc_unbound *op)
{
    return outside->alloc_unbound(op);
}

static long bind_interdomain(struct evtchn_bind_interdomain *op)
{
    return outside->bind_interdomain(op);
}

static long bind_virq(struct evtchn_bind_virq *op)
{
    uint32_t *bound;
    int port;

    if (op->virq >= NR_VIRQS || (op->vcpu && !virq_is_per_vcpu(op->virq)))
        return -XEN_EINVAL;
    if (op->vcpu >= domain.nr_vcpus)
        return -XEN_ENOENT;
    bound = &cpu_of(op->vcpu)->virq_ports[op->virq];
    if (*bound)
        return -XEN_EEXIST;
    port = port_allocate();
    if (port < 0)
        return port;
    port_set((uint32_t)port, (struct port){
        .status = EVTCHNSTAT_virq, .vcpu = (uint16_t)op->vcpu,
        .number = op->virq });
    *bound = (uint32_t)port;
    op->port = (evtchn_port_t)port;
    if (op->virq == VIRQ_TIMER)
        vcpu_default_period(cpu_of(op->vcpu));
    if (op->virq == VIRQ_TIMER && op->vcpu == 0)
        pvops_replace();
    return 0;
}

static long bind_ipi(struct evtchn_bind_ipi *op)
{
    int port;

    if (op->vcpu >= domain.nr_vcpus)
        return -XEN_ENOENT;
    port = port_allocate();
    if (port < 0)
        return port;
    port_set((uint32_t)port, (struct port){
        .status = EVTCHNSTAT_ipi, .vcpu = (uint16_t)op->vcpu });
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
    port = port_allocate();
    if (port < 0)
        return port;
    port_set((uint32_t)port, (struct port){
        .status = EVTCHNSTAT_pirq, .number = op->pirq });
    result = pirq_bound(op->pirq);
    if (result) {
        port_set((uint32_t)port, (struct port){ 0 });
        return result;
    }
    port_set_pirq(op->pirq, (uint32_t)port);
    op->port = (evtchn_port_t)port;
    return 0;
}

/* The other end of what was connected waits for somebody new. */
static void disconnect(uint32_t number)
{
    struct port other;

    if (number == PORT_OUTSIDE)
        return;
    other = port_read(number);
    other.status = EVTCHNSTAT_unbound;
    port_set(number, other);
}

static long close_port(const struct evtchn_close *op)
{
    struct port port;

    if (!port_is_valid(op->port) || port_service(op->port))
        return -XEN_EINVAL;
    port = port_read(op->port);
    switch (port.status) {
    case EVTCHNSTAT_closed:
        return -XEN_EINVAL;
    case EVTCHNSTAT_virq:
        cpu_of(port.vcpu)->virq_ports[port.number] = 0;
        break;
    case EVTCHNSTAT_pirq:
        port_set_pirq(port.number, 0);
        pirq_unbound(port.number);
        break;
    case EVTCHNSTAT_interdomain:
        disconnect(port.number);
        break;
    }
    event_abi->clear_pending(op->port);
    port_set(op->port, (struct port){ .status = EVTCHNSTAT_closed });
    outside->port_closed(op->port);
    return 0;
}

static long send(const struct evtchn_send *op)
{
    if (!port_is_valid(op->port))
        return -XEN_EINVAL;

    struct port port = port_read(op->port);
    event_service *serve;

    switch (port.status) {
    case EVTCHNSTAT_interdomain:
        serve = port_service(op->port);
        if (port.number == PORT_OUTSIDE)
            return outside->port_send(op->port);
        if (serve)
            serve();
        else
            event_raise(port.number);
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
    if (!port_is_valid(op->port))
        return -XEN_EINVAL;

    struct port port = port_read(op->port);

    op->vcpu = port.vcpu;
    if (port.status == EVTCHNSTAT_interdomain
        && port.number == PORT_OUTSIDE)
        return outside->port_status(op);
    op->status = port.status;
    switch (port.status) {
    case EVTCHNSTAT_unbound:
        op->u.unbound.dom = 0;
        break;
    case EVTCHNSTAT_interdomain:
        op->u.interdomain.dom = 0;
        op->u.interdomain.port = port.number;
        break;
    case EVTCHNSTAT_pirq:
        op->u.pirq = port.number;
        break;
    case EVTCHNSTAT_virq:
        op->u.virq = port.number;
        break;
    }
    return 0;
}

static long bind_vcpu(const struct evtchn_bind_vcpu *op)
{
    if (op->vcpu >= domain.nr_vcpus)
        return -XEN_ENOENT;
    if (!port_is_valid(op->port))
        return -XEN_EINVAL;

    struct port port = port_read(op->port);

    switch (port.status) {
    case EVTCHNSTAT_virq:
        if (virq_is_per_vcpu(port.number))
            return -XEN_EINVAL;
        break;
    case EVTCHNSTAT_unbound:
    case EVTCHNSTAT_interdomain:
    case EVTCHNSTAT_pirq:
        break;
    default:
        return -XEN_EINVAL;
    }
    port.vcpu = (uint16_t)op->vcpu;
    port_set(op->port, port);
    if (port.status == EVTCHNSTAT_pirq)
        pirq_set_cpu(port.number, op->vcpu);
    if (port.number == PORT_OUTSIDE)
        outside->port_set_vcpu(op->port, op->vcpu);
    return 0;
}

static long unmask(const struct evtchn_unmask *op)
{
    if (!port_is_valid(op->port))
        return -XEN_EINVAL;
    if (port_read(op->port).status != EVTCHNSTAT_closed)
        event_unmask(op->port);
    return 0;
}

static long reset(const struct evtchn_reset *op)
{
    if (!domid_is_self(op->dom))
        return -XEN_ESRCH;
    for (uint32_t port = 1; port < event_abi->nr_ports; port++)
        if (!port_service(port))
            close_port(&(struct evtchn_close){ .port = port });
    if (event_abi == &event_abi_fifo)
        event_fifo_end();
    event_abi = &event_abi_2level;
    return 0;
}

/* What is pending now has to be found by the new ABI's means. */
static void use_fifo(void)
{
    const struct event_abi *old = event_abi;

    event_abi = &event_abi_fifo;
    for (uint32_t port = 1; port < old->nr_ports; port++)
        if (port_read(port).status != EVTCHNSTAT_closed
            && old->is_pending(port))
            event_fifo_note_pending(port);
}

static long init_control(struct evtchn_init_control *op)
{
    long result;

    if (op->vcpu >= domain.nr_vcpus)
        return -XEN_ENOENT;
    op->link_bits = EVTCHN_FIFO_LINK_BITS;
    result = event_fifo_set_control(cpu_of(op->vcpu),
                                    MFN(op->control_gfn), op->offset);
    if (!result && event_abi != &event_abi_fifo)
        use_fifo();
    return result;
}

static long expand_array(const struct evtchn_expand_array *op)
{
    uint32_t first, end;
    long result;

    if (event_abi != &event_abi_fifo)
        return -XEN_EOPNOTSUPP;
    result = event_fifo_add_array(MFN(op->array_gfn), &first, &end);
    if (result)
        return result;
    for (uint32_t port = first; port < end; port++)
        if (event_fifo_was_early(port))
            event_raise(port);
    return 0;
}

static long set_priority(const struct evtchn_set_priority *op)
{
    struct port port;

    if (!port_is_valid(op->port))
        return -XEN_EINVAL;
    if (event_abi != &event_abi_fifo)
        return -XEN_ENOSYS;
    if (op->priority > EVTCHN_FIFO_PRIORITY_MIN)
        return -XEN_EINVAL;
    port = port_read(op->port);
    if (port.status == EVTCHNSTAT_closed)
        return -XEN_EACCES;
    port.priority = (uint8_t)op->priority;
    port_set(op->port, port);
    return 0;
}

/* What changes which ports there are; sending takes no lock. */
static long change(uint32_t command, uint64_t argument)
{
    switch (command) {
    CASE_IN_OUT(EVTCHNOP_alloc_unbound, struct evtchn_alloc_unbound,
                alloc_unbound, argument)
    CASE_IN_OUT(EVTCHNOP_bind_interdomain, struct evtchn_bind_interdomain,
                bind_interdomain, argument)
    CASE_IN_OUT(EVTCHNOP_bind_virq, struct evtchn_bind_virq, bind_virq,
                argument)
    CASE_IN_OUT(EVTCHNOP_bind_ipi, struct evtchn_bind_ipi, bind_ipi,
                argument)
    CASE_IN_OUT(EVTCHNOP_bind_pirq, struct evtchn_bind_pirq, bind_pirq,
                argument)
    CASE_IN(EVTCHNOP_close, struct evtchn_close, close_port, argument)
    CASE_IN(EVTCHNOP_bind_vcpu, struct evtchn_bind_vcpu, bind_vcpu, argument)
    CASE_IN(EVTCHNOP_reset, struct evtchn_reset, reset, argument)
    CASE_IN_OUT(EVTCHNOP_init_control, struct evtchn_init_control,
                init_control, argument)
    CASE_IN(EVTCHNOP_expand_array, struct evtchn_expand_array, expand_array,
            argument)
    CASE_IN(EVTCHNOP_set_priority, struct evtchn_set_priority, set_priority,
            argument)
    default:
        return -XEN_ENOSYS;
    }
}

HYPERCALL(hypercall_event_channel_op)
{
    long result;

    UNUSED_ARGUMENTS(a3, a4, a5, a6);
    switch ((uint32_t)a1) {
    CASE_IN(EVTCHNOP_send, struct evtchn_send, send, a2)
    CASE_IN_OUT(EVTCHNOP_status, struct evtchn_status, status, a2)
    CASE_IN(EVTCHNOP_unmask, struct evtchn_unmask, unmask, a2)
    }
    spin_lock(&ports_lock);
    result = change((uint32_t)a1, a2);
    spin_unlock(&ports_lock);
    return result;
}
