/* SPDX-License-Identifier: MIT */
#include <hypercall/console_input.h>

#include <xen/xen.h>

#include <guest/domain.h>
#include <hypercall/event.h>
#include <lib/console.h>
#include <machine/apic.h>
#include <machine/smp.h>
#include <machine/interrupt.h>
#include <machine/ioapic.h>
#include <machine/ns16550.h>
#include <machine/time.h>
#include <machine/timer.h>

/*
 * How often the ports are looked at besides their interrupts: the kernel's
 * 8250 driver probes them and leaves their interrupts off (ns16550.h).
 */
#define REARM_NS 100000000ull
#define POLL_NS   10000000ull           /* a port without an interrupt */

static unsigned port_gsi[NS16550_PORTS];
static unsigned port_vector[NS16550_PORTS];     /* 0: polled */
static uint64_t period = REARM_NS;
static enum timer timer = TIMER_REARM;

static void input_waits(void)
{
    if (domain.initial)
        event_raise_virq(VIRQ_CONSOLE, cpu_of(0));
    else
        console_ring_serve();
}

static void uart_interrupt(unsigned port)
{
    bool waits;

    console_lock();
    waits = ns16550_interrupt(port);
    console_unlock();
    if (waits)
        input_waits();
}

static void look_at_ports(void)
{
    console_lock();
    for (unsigned port = 0; port < NS16550_PORTS; port++)
        if (ns16550_irq(port) || ns16550_io_base(port))
            ns16550_rearm(port);
    console_unlock();
    input_waits();
    timer_set(timer, time_now() + period);
}

static void route(unsigned port)
{
    struct acpi_override isa = ioapic_isa(ns16550_irq(port));

    ioapic_route(isa.gsi, port_vector[port], smp.apic_ids[0], isa.level,
                 isa.active_low);
    ioapic_mask(isa.gsi, false);
    console_lock();
    ns16550_interrupts(port, true);
    ns16550_receive_interrupt(port, true);
    console_unlock();
}

static void start_port(unsigned port)
{
    if (!ns16550_io_base(port))
        return;

    unsigned irq = ns16550_irq(port);

    if (!irq || !ioapic_has_gsi(ioapic_isa(irq).gsi)) {
        period = POLL_NS;
        timer = TIMER_CONSOLE;  /* keys have to reach one that hangs */
        return;
    }
    port_gsi[port] = ioapic_isa(irq).gsi;
    port_vector[port] = interrupt_allocate(0, 1, uart_interrupt, port);
    if (port_vector[port])
        route(port);
}

void console_input_start(void)
{
    for (unsigned port = 0; port < NS16550_PORTS; port++)
        start_port(port);
    timer_register(timer, look_at_ports);
    timer_set(timer, time_now() + period);
}

void console_input_release(unsigned gsi)
{
    for (unsigned port = 0; port < NS16550_PORTS; port++)
        if (port_vector[port] && port_gsi[port] == gsi) {
            console_lock();
            ns16550_receive_interrupt(port, false);
            ns16550_interrupts(port, false);
            console_unlock();
        }
}

void console_input_reclaim(unsigned gsi)
{
    for (unsigned port = 0; port < NS16550_PORTS; port++)
        if (port_vector[port] && port_gsi[port] == gsi)
            route(port);
}
