/* SPDX-License-Identifier: MIT */
/* Event channels (public/event_channel.h): how events reach the kernel. */
#include "event_ports.h"

#include <hypercall/pirq.h>
#include <machine/idle.h>
#include <machine/interrupt.h>
#include <machine/smp.h>

bool event_is_2level(void)
{
    return event_abi == &event_abi_2level;
}

bool event_is_masked(unsigned port)
{
    return event_abi->is_masked(port);
}

bool event_is_pending(unsigned port)
{
    return event_abi->is_pending(port);
}

/* vCPUs in SCHEDOP_poll: masked events wake them, too. */
static struct cpu_set polling;
static unsigned nr_polling;

static __attribute__((noinline)) void wake_pollers(void)
{
    for_each_cpu_in(&polling, cpu)
        if (cpu != this_cpu()->id && !idle_wake(cpu_of(cpu)))
            ipi_send_one(cpu, VECTOR_EVENT);
}

void event_poll_begin(void)
{
    cpu_set_add(&polling, this_cpu()->id);
    __atomic_add_fetch(&nr_polling, 1, __ATOMIC_SEQ_CST);
}

void event_poll_end(void)
{
    __atomic_sub_fetch(&nr_polling, 1, __ATOMIC_SEQ_CST);
    cpu_set_remove(&polling, this_cpu()->id);
}

/*
 * A vCPU's pending byte is its own CPU's to set (iret.S).  If it is
 * set the vCPU has still to look for what was changed before; else its CPU
 * is interrupted, and sets it.
 */
static inline void notify(struct cpu *cpu)
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

    if (event_abi->has_events(cpu))
        cpu->vcpu_info->evtchn_upcall_pending = 1;
}

void event_wait_for_flag(struct cpu *cpu)
{
    cpu->vcpu_info->evtchn_upcall_mask = 0;
    if (cpu->vcpu_info->evtchn_upcall_pending)
        interrupt_self(VECTOR_EVENT);
}

static void event_interrupt(unsigned vector)
{
    (void)vector;
    event_look();
}

void event_raise(unsigned port)
{
    struct port p = port_read(port);
    struct cpu *cpu = cpu_of(p.vcpu);

    if (event_abi->set_pending(port, cpu, p.priority))
        notify(cpu);
    if (__atomic_load_n(&nr_polling, __ATOMIC_SEQ_CST))
        wake_pollers();
}

/* A device's interrupt finds its port here. */
static uint32_t pirq_ports[NR_PIRQS];

void port_set_pirq(unsigned pirq, uint32_t port)
{
    pirq_ports[pirq] = port;
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
    interrupt_set(VECTOR_EVENT, event_interrupt);
}

void event_unmask(unsigned port)
{
    struct port p = port_read(port);

    if (event_abi->unmask(port, cpu_of(p.vcpu), p.priority))
        notify(cpu_of(p.vcpu));
}

