/* SPDX-License-Identifier: MIT */
/* The kernel's calls that another Xen answers, of which we are a domain. */
#include <hypercall/outside.h>

#include <xen/xen.h>
#include <xen/errno.h>
#include <xen/event_channel.h>
#include <xen/grant_table.h>
#include <xen/memory.h>
#include <xen/sched.h>
#include <xen/version.h>
#include <xen/hvm/params.h>
#include <xen/io/xs_wire.h>

#include <guest/domain.h>
#include <hypercall/argument.h>
#include <hypercall/console_input.h>
#include <hypercall/domid.h>
#include <hypercall/event.h>
#include <hypercall/rings.h>
#include <lib/console.h>
#include <lib/panic.h>
#include <machine/paging.h>
#include <machine/power.h>
#include <machine/time.h>
#include <machine/timer.h>
#include <partition/outer.h>

#define MAX_ORDER    20
#define STORE_WAIT   10                 /* seconds */
#define NS_PER_S     1000000000ull

static unsigned relayed_port;           /* of the console that we relay */
static bool no_grants;                  /* an option */
bool outside_no_tsc_rate;

static void end(enum power_end how)
{
    static const unsigned reasons[] = {
        [POWER_OFF] = SHUTDOWN_poweroff,
        [POWER_RESET] = SHUTDOWN_reboot,
        [POWER_CRASH] = SHUTDOWN_crash,
    };

    outer_shut_down(reasons[how]);
}

/* From here on a panic ends the domain. */
static void register_consoles(void)
{
    power_set_outside(end);
    outer_consoles_register();
}

static void start_clock(const struct acpi_tables *acpi)
{
    uint32_t version = outer_version();

    (void)acpi;
    outer_events_init();
    printk("Partition of Xen %u.%u\n", version >> 16, version & 0xffff);
    time_init_known(outer_tsc_scale());
}

/* What it has to tell comes as events. */
static void start_interrupts(const struct acpi_tables *acpi)
{
    (void)acpi;
}

static void start_timer(void)
{
    /* When all CPUs are there: start_input(). */
}

/* A port of the outer Xen's that is the kernel's, under the same number. */
static unsigned pass_port(unsigned port)
{
    if (!port || !event_port_make(port))
        panic("The outer Xen gave no port for the kernel's ring");
    event_port_outside(port);
    return port;
}

static void make_rings(uint64_t console, uint64_t store)
{
    outer_move_frame(outer_param(HVM_PARAM_STORE_PFN), store >> PAGE_SHIFT,
                     GNTTAB_RESERVED_XENSTORE);
    domain.store_mfn = address_mfn(store);
    domain.store_port =
        pass_port((unsigned)outer_param(HVM_PARAM_STORE_EVTCHN));
    if (outer_pv_console_is_used()) {
        relayed_port = (unsigned)outer_param(HVM_PARAM_CONSOLE_EVTCHN);
        ring_console_init(console);
        return;
    }
    outer_move_frame(outer_param(HVM_PARAM_CONSOLE_PFN),
                     console >> PAGE_SHIFT, GNTTAB_RESERVED_CONSOLE);
    domain.console_mfn = address_mfn(console);
    domain.console_port =
        pass_port((unsigned)outer_param(HVM_PARAM_CONSOLE_EVTCHN));
}

static void domain_uuid(unsigned char uuid[16])
{
    outer_call(__HYPERVISOR_xen_version, XENVER_guest_handle, (uint64_t)uuid,
               0);
}

static void arrived(unsigned port)
{
    if (port == relayed_port)
        console_ring_serve();
    else if (event_port_exists(port))
        event_raise(port);
    else
        outer_timer_arrived(port);
}

static void start_input(const struct acpi_tables *acpi)
{
    (void)acpi;
    outer_timers_start();
    outer_events_start(arrived);
}

static long event_call(unsigned command, void *op)
{
    return outer_call(__HYPERVISOR_event_channel_op, command, (uint64_t)op,
                      0);
}

static long close_outside(uint32_t port)
{
    struct evtchn_close op = { .port = port };

    return event_call(EVTCHNOP_close, &op);
}

/* Ports that stay in here must have none of the outer Xen's numbers. */
static int port_allocate(void)
{
    struct evtchn_alloc_unbound op = {
        .dom = DOMID_SELF, .remote_dom = DOMID_SELF,
    };
    long result = event_call(EVTCHNOP_alloc_unbound, &op);

    if (result)
        return (int)result;
    if (event_port_make(op.port))
        return (int)op.port;
    close_outside(op.port);
    return -XEN_ENOSPC;
}

static void port_closed(uint32_t port)
{
    close_outside(port);
}

static long taken(long result, uint32_t port)
{
    if (result)
        return result;
    if (!event_port_make(port)) {
        close_outside(port);
        return -XEN_ENOSPC;
    }
    event_port_outside(port);
    return 0;
}

static long alloc_unbound(struct evtchn_alloc_unbound *op)
{
    long result = event_call(EVTCHNOP_alloc_unbound, op);

    return taken(result, op->port);
}

static long bind_interdomain(struct evtchn_bind_interdomain *op)
{
    long result = event_call(EVTCHNOP_bind_interdomain, op);

    return taken(result, op->local_port);
}

static const volatile struct xenstore_domain_interface *store(void)
{
    return direct_mfn(domain.store_mfn);
}

static void look_for_answer(void)
{
    if (!store()->rsp_prod)
        printk("The outer Xen's store has not answered the kernel for %d s;"
               " it waits\n", STORE_WAIT);
}

/* Linux waits for its first answer in silence, and for ever. */
static void watch_store(void)
{
    static bool watched;

    if (__atomic_exchange_n(&watched, true, __ATOMIC_RELAXED))
        return;
    timer_register(TIMER_STORE, look_for_answer);
    timer_set(TIMER_STORE, time_now() + STORE_WAIT * NS_PER_S);
}

static long port_send(uint32_t port)
{
    struct evtchn_send op = { .port = port };

    if (port == domain.store_port)
        watch_store();
    return event_call(EVTCHNOP_send, &op);
}

static long port_status(struct evtchn_status *op)
{
    return event_call(EVTCHNOP_status, op);
}

static void port_set_vcpu(uint32_t port, uint32_t vcpu)
{
    struct evtchn_bind_vcpu op = { .port = port, .vcpu = vcpu };

    event_call(EVTCHNOP_bind_vcpu, &op);
}

static void yield(void)
{
    outer_call(__HYPERVISOR_sched_op, SCHEDOP_yield, 0, 0);
}

/* How many of the extents are the kernel's own, from the first on. */
static uint64_t own_extents(const struct xen_memory_reservation *op)
{
    uint64_t last = (1ull << op->extent_order) - 1;
    uint64_t n = 0, pfn;

    while (n < op->nr_extents
           && GUEST_READ(&pfn, (uint64_t)op->extent_start.p + n * sizeof pfn)
           && domain_owns(MFN(pfn)) && domain_owns(MFN(pfn + last)))
        n++;
    return n;
}

/*
 * Frames that the kernel gave away.  More than it began with it can't have:
 * we have no M2P for them, and don't map them.
 */
static long populate(uint64_t argument)
{
    struct xen_memory_reservation op;

    if (!GUEST_READ(&op, argument) || !domid_is_self(op.domid)
        || op.extent_order > MAX_ORDER)
        return 0;
    op.nr_extents = own_extents(&op);
    if (!op.nr_extents)
        return 0;
    return outer_call(__HYPERVISOR_memory_op, XENMEM_populate_physmap,
                      (uint64_t)&op, 0);
}

/*
 * To the outer Xen frame numbers are what they are to the kernel, so that a
 * frame comes back under its own number.
 */
static long memory_reservation(uint32_t command, uint64_t argument)
{
    if (command == XENMEM_populate_physmap)
        return populate(argument);
    return outer_call(__HYPERVISOR_memory_op, command, argument, 0);
}

/* Its frames appear where we want them, one after the other. */
static int16_t give_frames(const struct gnttab_setup_table *op)
{
    if (!domid_is_self(op->dom))
        return GNTST_bad_domain;
    for (uint32_t i = 0; i < op->nr_frames; i++) {
        long frame = outer_grant_frame(i);
        uint64_t number = (uint64_t)frame;

        if (frame < 0)
            return GNTST_general_error;
        if (!GUEST_WRITE((uint64_t)op->frame_list.p + i * sizeof number,
                         &number))
            return GNTST_bad_virt_addr;
    }
    return GNTST_okay;
}

static long setup_table(uint64_t argument)
{
    struct gnttab_setup_table op;

    if (!GUEST_READ(&op, argument))
        return -XEN_EFAULT;
    op.status = give_frames(&op);
    return GUEST_WRITE(argument, &op) ? 0 : -XEN_EFAULT;
}

/* Frames that others grant would have to be mapped by frame number. */
static long grant_table_op(uint32_t command, uint64_t argument,
                           uint32_t count)
{
    if (no_grants)
        return -XEN_ENOSYS;
    switch (command) {
    case GNTTABOP_setup_table:
        return count == 1 ? setup_table(argument) : -XEN_EINVAL;
    case GNTTABOP_query_size:
    case GNTTABOP_copy:
    case GNTTABOP_get_version:
    case GNTTABOP_swap_grant_ref:
        return outer_call(__HYPERVISOR_grant_table_op, command, argument,
                          count);
    default:
        return -XEN_ENOSYS;
    }
}

static const struct service services[] = {
    SERVICE("clock", "hardware: the TSC; the outer Xen tells its rate"),
    SERVICE("timer", "outer Xen: one call to set it"),
    { "CPU's rate", "microxen: it tells Linux",
      "pit=outer", "outer Xen: none, Linux looks for a PIT",
      &outside_no_tsc_rate },
    SERVICE("interrupts", "outer Xen: events"),
    SERVICE("console", "outer Xen: its page, relayed with console=pv"),
    SERVICE("store", "outer Xen: its page"),
    SERVICE("events", "microxen; outer Xen where the other end is outside"),
    { "grants", "outer Xen", "no-grants", "none", &no_grants },
    SERVICE("ballooning", "outer Xen"),
    SERVICE(NULL, NULL),
};

const struct outside outside_xen = {
    .name = "a Xen's partition",
    .services = services,
    .console = "xen",
    .max_cpus = OUTER_CPUS_MAX,
    .register_consoles = register_consoles,
    .map = outer_map,
    .start_clock = start_clock,
    .start_interrupts = start_interrupts,
    .start_timer = start_timer,
    .wallclock = outer_wallclock,
    .make_rings = make_rings,
    .domain_uuid = domain_uuid,
    .start_input = start_input,
    .port_allocate = port_allocate,
    .port_closed = port_closed,
    .alloc_unbound = alloc_unbound,
    .bind_interdomain = bind_interdomain,
    .port_send = port_send,
    .port_status = port_status,
    .port_set_vcpu = port_set_vcpu,
    .yield = yield,
    .memory_reservation = memory_reservation,
    .grant_table_op = grant_table_op,
};
