/* SPDX-License-Identifier: MIT */
/* Event channels (public/event_channel.h): which ports there are. */
#include <hypercall/event.h>

#include <xen/event_channel.h>

#include <guest/domain.h>
#include <hypercall/argument.h>
#include <hypercall/domid.h>
#include <hypercall/event_abi.h>
#include <hypercall/hypercall.h>
#include <hypercall/pirq.h>
#include <lib/guest_access.h>
#include <lib/spinlock.h>
#include <machine/idle.h>
#include <machine/interrupt.h>
#include <machine/paging.h>
#include <machine/smp.h>

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

/* A page of ports at a time, as they are needed. */
#define CHUNK_PORTS (PAGE_SIZE / sizeof(uint64_t))

static uint64_t *chunks[EVTCHN_FIFO_NR_CHANNELS / CHUNK_PORTS];
static struct spinlock ports_lock;

static const struct event_abi *abi = &event_abi_2level;

static struct port read_port(uint32_t port)
{
    uint64_t *chunk = chunks[port / CHUNK_PORTS];

    if (!chunk)
        return (struct port){ .status = EVTCHNSTAT_closed };
    return (union port_word){
        .word = __atomic_load_n(&chunk[port % CHUNK_PORTS],
                                __ATOMIC_RELAXED)
    }.port;
}

/* Its chunk is there: allocate() saw to it. */
static void set_port(uint32_t port, struct port value)
{
    uint64_t *chunk = chunks[port / CHUNK_PORTS];

    if (value.status != EVTCHNSTAT_closed && !read_port(port).status)
        value.priority = EVTCHN_FIFO_PRIORITY_DEFAULT;
    __atomic_store_n(&chunk[port % CHUNK_PORTS],
                     (union port_word){ .port = value }.word,
                     __ATOMIC_RELAXED);
}

/* Services at the other end; they are made before the kernel starts. */
#define SERVICES_MAX 2

static struct {
    unsigned port;
    event_service *serve;
} services[SERVICES_MAX];

static event_service *port_service(uint32_t port)
{
    for (unsigned i = 0; i < SERVICES_MAX; i++)
        if (services[i].serve && services[i].port == port)
            return services[i].serve;
    return NULL;
}

/* Port 0 is never given out; it reads as closed. */
static bool is_port(uint32_t port)
{
    return port < abi->nr_ports;
}

static int allocate(void)
{
    for (uint32_t port = 1; port < abi->nr_ports; port++) {
        uint64_t **chunk = &chunks[port / CHUNK_PORTS];

        if (!*chunk) {
            if (!pool_left())
                break;
            *chunk = direct(pool_frame());
        }
        if (read_port(port).status == EVTCHNSTAT_closed)
            return (int)port;
    }
    return -XEN_ENOSPC;
}

bool event_is_masked(unsigned port)
{
    return abi->is_masked(port);
}

bool event_port_exists(uint32_t port)
{
    return is_port(port) && read_port(port).status != EVTCHNSTAT_closed;
}

bool event_is_pending(unsigned port)
{
    return abi->is_pending(port);
}

/* vCPUs in SCHEDOP_poll: masked events wake them, too. */
static struct cpu_set polling;

static void wake_pollers(void)
{
    for_each_cpu_in(&polling, cpu)
        if (cpu != this_cpu()->id && !idle_wake(cpu_of(cpu)))
            ipi_send_one(cpu, VECTOR_EVENT);
}

void event_poll_begin(void)
{
    cpu_set_add(&polling, this_cpu()->id);
}

void event_poll_end(void)
{
    cpu_set_remove(&polling, this_cpu()->id);
}

/*
 * A vCPU's pending byte is its own CPU's to set (entry.S, iret).  If it is
 * set the vCPU has still to look for what was changed before; else its CPU
 * is interrupted, and sets it.
 */
static void notify(struct cpu *cpu)
{
    struct vcpu_info *info = cpu->vcpu_info;

    if (cpu == this_cpu())
        info->evtchn_upcall_pending = 1;
    else if (!__atomic_load_n(&info->evtchn_upcall_pending,
                              __ATOMIC_SEQ_CST)
             && !idle_wake(cpu))
        ipi_send_one(cpu->id, VECTOR_EVENT);
}

void event_look(void)
{
    struct cpu *cpu = this_cpu();

    if (abi->has_events(cpu))
        cpu->vcpu_info->evtchn_upcall_pending = 1;
}

static void event_interrupt(unsigned vector)
{
    (void)vector;
    event_look();
}

void event_raise(unsigned port)
{
    struct port p = read_port(port);
    struct cpu *cpu = cpu_of(p.vcpu);

    if (abi->set_pending(port, cpu, p.priority))
        notify(cpu);
    if (!cpu_set_is_empty(&polling))
        wake_pollers();
}

/* A device's interrupt finds its port here. */
static uint16_t pirq_ports[NR_PIRQS];

/* Each vCPU has these for itself; all others are bound to the first. */
static bool virq_is_per_vcpu(uint32_t virq)
{
    return virq == VIRQ_TIMER || virq == VIRQ_DEBUG || virq == VIRQ_XENOPROF
           || virq == VIRQ_XENPMU;
}

void event_raise_virq(unsigned virq, unsigned vcpu)
{
    unsigned port = cpu_of(vcpu)->virq_ports[virq];

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
    chunks[0] = direct(pool_frame());
    interrupt_set(VECTOR_EVENT, event_interrupt);
}

unsigned event_service_port(event_service *serve)
{
    static unsigned nr_services;
    int port = allocate();

    set_port((uint32_t)port, (struct port){
        .status = EVTCHNSTAT_interdomain });
    services[nr_services].port = (unsigned)port;
    services[nr_services++].serve = serve;
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
    set_port((uint32_t)port, (struct port){ .status = EVTCHNSTAT_unbound });
    op->port = (evtchn_port_t)port;
    return 0;
}

static long bind_interdomain(struct evtchn_bind_interdomain *op)
{
    struct port remote;
    int port;

    if (!domid_is_self(op->remote_dom))
        return -XEN_ESRCH;
    if (!is_port(op->remote_port))
        return -XEN_EINVAL;
    remote = read_port(op->remote_port);
    if (remote.status != EVTCHNSTAT_unbound)
        return -XEN_EINVAL;
    port = allocate();
    if (port < 0)
        return port;
    set_port((uint32_t)port, (struct port){
        .status = EVTCHNSTAT_interdomain,
        .number = op->remote_port });
    remote.status = EVTCHNSTAT_interdomain;
    remote.number = (uint32_t)port;
    set_port(op->remote_port, remote);
    op->local_port = (evtchn_port_t)port;
    event_raise((unsigned)port);        /* as Xen: it may have been sent */
    return 0;
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
    port = allocate();
    if (port < 0)
        return port;
    set_port((uint32_t)port, (struct port){
        .status = EVTCHNSTAT_virq, .vcpu = (uint16_t)op->vcpu,
        .number = op->virq });
    *bound = (uint32_t)port;
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
    set_port((uint32_t)port, (struct port){
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
    port = allocate();
    if (port < 0)
        return port;
    set_port((uint32_t)port, (struct port){
        .status = EVTCHNSTAT_pirq, .number = op->pirq });
    result = pirq_bound(op->pirq);
    if (result) {
        set_port((uint32_t)port, (struct port){ 0 });
        return result;
    }
    pirq_ports[op->pirq] = (uint16_t)port;
    op->port = (evtchn_port_t)port;
    return 0;
}

/* The other end of what was connected waits for somebody new. */
static void disconnect(uint32_t number)
{
    struct port other = read_port(number);

    other.status = EVTCHNSTAT_unbound;
    set_port(number, other);
}

static long close_port(const struct evtchn_close *op)
{
    struct port port;

    if (!is_port(op->port) || port_service(op->port))
        return -XEN_EINVAL;
    port = read_port(op->port);
    switch (port.status) {
    case EVTCHNSTAT_closed:
        return -XEN_EINVAL;
    case EVTCHNSTAT_virq:
        cpu_of(port.vcpu)->virq_ports[port.number] = 0;
        break;
    case EVTCHNSTAT_pirq:
        pirq_ports[port.number] = 0;
        pirq_unbound(port.number);
        break;
    case EVTCHNSTAT_interdomain:
        disconnect(port.number);
        break;
    }
    abi->clear_pending(op->port);
    set_port(op->port, (struct port){ .status = EVTCHNSTAT_closed });
    return 0;
}

static long send(const struct evtchn_send *op)
{
    if (!is_port(op->port))
        return -XEN_EINVAL;

    struct port port = read_port(op->port);
    event_service *serve;

    switch (port.status) {
    case EVTCHNSTAT_interdomain:
        serve = port_service(op->port);
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
    if (!is_port(op->port))
        return -XEN_EINVAL;

    struct port port = read_port(op->port);

    op->status = port.status;
    op->vcpu = port.vcpu;
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
    if (!is_port(op->port))
        return -XEN_EINVAL;

    struct port port = read_port(op->port);

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
    set_port(op->port, port);
    if (port.status == EVTCHNSTAT_pirq)
        pirq_set_cpu(port.number, op->vcpu);
    return 0;
}

void event_unmask(unsigned port)
{
    struct port p = read_port(port);

    if (abi->unmask(port, cpu_of(p.vcpu), p.priority))
        notify(cpu_of(p.vcpu));
}

static long unmask(const struct evtchn_unmask *op)
{
    if (!is_port(op->port))
        return -XEN_EINVAL;
    if (read_port(op->port).status != EVTCHNSTAT_closed)
        event_unmask(op->port);
    return 0;
}

static long reset(const struct evtchn_reset *op)
{
    if (!domid_is_self(op->dom))
        return -XEN_ESRCH;
    for (uint32_t port = 1; port < abi->nr_ports; port++)
        if (!port_service(port))
            close_port(&(struct evtchn_close){ .port = port });
    return 0;
}

/* What is pending now has to be found by the new ABI's means. */
static void use_fifo(void)
{
    const struct event_abi *old = abi;

    abi = &event_abi_fifo;
    for (uint32_t port = 1; port < old->nr_ports; port++)
        if (read_port(port).status != EVTCHNSTAT_closed
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
    if (!result && abi != &event_abi_fifo)
        use_fifo();
    return result;
}

static long expand_array(const struct evtchn_expand_array *op)
{
    uint32_t first, end;
    long result;

    if (abi != &event_abi_fifo)
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

    if (!is_port(op->port))
        return -XEN_EINVAL;
    if (abi != &event_abi_fifo)
        return -XEN_ENOSYS;
    if (op->priority > EVTCHN_FIFO_PRIORITY_MIN)
        return -XEN_EINVAL;
    port = read_port(op->port);
    port.priority = (uint8_t)op->priority;
    set_port(op->port, port);
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
