/* SPDX-License-Identifier: MIT */
#include <hypercall/outside.h>

#include <xen/xen.h>
#include <xen/errno.h>

#include <guest/domain.h>
#include <hypercall/console_input.h>
#include <hypercall/event.h>
#include <hypercall/memory.h>
#include <hypercall/pirq.h>
#include <hypercall/rings.h>
#include <lib/string.h>
#include <machine/apic.h>
#include <machine/cpu_set.h>
#include <machine/ioapic.h>
#include <machine/kvm_clock.h>
#include <machine/time.h>

#define NS_PER_S 1000000000ull

static void register_consoles(void)
{
    /* Ports and screen, which every role has. */
}

static void map(const struct memory_map *memory)
{
    (void)memory;               /* RAM is mapped, registers are when used */
}

static uint64_t wallclock(void)
{
    return rtc_read() * NS_PER_S;
}

/* No tool has given it one. */
static void domain_uuid(unsigned char uuid[16])
{
    memset(uuid, 0, 16);
}

static void make_rings(uint64_t console, uint64_t store)
{
    ring_console_init(console);
    ring_store_init(store, domain.nr_pages << (PAGE_SHIFT - 10));
}

static void start_input(const struct acpi_tables *acpi)
{
    if (!acpi->nr_io_apics)
        pirq_map_isa();
    console_input_start();
}

static void port_closed(uint32_t port)
{
    (void)port;
}

/* No port has its other end outside. */
static long port_send(uint32_t port)
{
    (void)port;
    return -XEN_EINVAL;
}

static long port_status(struct evtchn_status *op)
{
    (void)op;
    return -XEN_EINVAL;
}

static void port_set_vcpu(uint32_t port, uint32_t vcpu)
{
    (void)port;
    (void)vcpu;
}

static void yield(void)
{
    /* Nobody else wants this CPU. */
}

static long grant_table_op(uint32_t command, uint64_t argument,
                           uint32_t count)
{
    (void)command;
    (void)argument;
    (void)count;
    return -XEN_ENOSYS;
}

static const struct service services[] = {
    { "clock", "hardware: the TSC", "clock=outer", "outer: KVM",
      &kvm_clock_is_wanted },
    SERVICE("timer", "hardware: the local APIC's"),
    SERVICE("interrupts", "hardware, routed by microxen"),
    SERVICE("console", "microxen, on console="),
    SERVICE("store", "microxen"),
    SERVICE("events", "microxen"),
    SERVICE("grants", "none: there are no other domains"),
    SERVICE(NULL, NULL),
};

const struct outside outside_machine = {
    .name = "a machine",
    .services = services,
    .console = "vga",
    .has_hardware = true,
    .max_cpus = NR_CPUS_MAX,
    .register_consoles = register_consoles,
    .map = map,
    .start_clock = time_init,
    .start_interrupts = ioapic_init,
    .start_timer = apic_timer_init,
    .wallclock = wallclock,
    .make_rings = make_rings,
    .domain_uuid = domain_uuid,
    .start_input = start_input,
    .port_allocate = event_port_lowest,
    .port_closed = port_closed,
    .alloc_unbound = event_alloc_unbound_here,
    .bind_interdomain = event_bind_interdomain_here,
    .port_send = port_send,
    .port_status = port_status,
    .port_set_vcpu = port_set_vcpu,
    .yield = yield,
    .memory_reservation = memory_reservation_here,
    .grant_table_op = grant_table_op,
};
