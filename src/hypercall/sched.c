/* SPDX-License-Identifier: MIT */
#include <hypercall/hypercall.h>

#include <xen/xen.h>
#include <xen/sched.h>

#include <guest/domain.h>
#include <hypercall/argument.h>
#include <entry/entry.h>
#include <hypercall/event.h>
#include <hypercall/outside.h>
#include <hypercall/p2m_check.h>
#include <hypercall/sleep.h>
#include <hypercall/vcpu.h>
#include <lib/console.h>
#include <lib/panic.h>
#include <machine/idle.h>
#include <machine/interrupt.h>
#include <machine/power.h>
#include <machine/smp.h>
#include <machine/time.h>
#include <machine/timer.h>
#include <machine/tlb.h>
#include <machine/x86.h>

#define POLL_PORTS_MAX 128              /* as Xen's */

/* An NMI has to reach the kernel before anything else. */
static bool must_return(const struct cpu *cpu)
{
    return cpu->nmi_deferred || vcpu_is_down(cpu);
}

static bool is_pending(const struct cpu *cpu)
{
    return *(volatile uint8_t *)&cpu->vcpu_info->evtchn_upcall_pending;
}

/* Would the kernel get an event before it goes on from its hypercall? */
static bool is_interrupted(const struct cpu *cpu)
{
    return event_is_deliverable(cpu)
           && (!entry_flag_is_real || (*hypercall_flags(cpu) & RFLAGS_IF));
}

/*
 * Another vCPU may have taken this one down while it waited.  And what was to
 * bring a deferred NMI back may have come while it did.
 */
static long leave_hypercall(struct cpu *cpu)
{
    if (vcpu_is_down(cpu))
        vcpu_stay_down(cpu);
    if (cpu->nmi_deferred)
        interrupt_self(VECTOR_DEFERRED_NMI);
    return 0;
}

static long block(void)
{
    struct cpu *cpu = this_cpu();

    cpu->vcpu_info->evtchn_upcall_mask = 0;
    tlb_idle_begin(cpu);
    runstate_block(cpu);
    while (!is_pending(cpu) && !must_return(cpu)) {
        idle_wait(cpu);
        event_look();
    }
    tlb_idle_end(cpu);
    runstate_unblock(cpu);
    return leave_hypercall(cpu);
}

static bool any_pending(const evtchn_port_t *ports, unsigned nr)
{
    for (unsigned i = 0; i < nr; i++)
        if (event_is_pending(ports[i]))
            return true;
    return false;
}

static void poll_timeout(void)
{
    /* That it woke the CPU is enough. */
}

static long poll(const struct sched_poll *op)
{
    struct cpu *cpu = this_cpu();
    evtchn_port_t ports[POLL_PORTS_MAX];
    uint64_t timeout = timer_deadline(op->timeout);

    if (op->nr_ports > POLL_PORTS_MAX)
        return -XEN_EINVAL;
    for (unsigned i = 0; i < op->nr_ports; i++) {
        if (!GUEST_READ(&ports[i], (uint64_t)op->ports.p
                                   + i * sizeof(evtchn_port_t)))
            return -XEN_EFAULT;
        if (!event_port_exists(ports[i]))
            return -XEN_EINVAL;
    }

    timer_register(TIMER_POLL, poll_timeout);
    if (op->timeout)
        timer_set(TIMER_POLL, timeout);
    event_poll_begin();
    tlb_idle_begin(cpu);
    runstate_block(cpu);
    while (!any_pending(ports, op->nr_ports)
           && !is_interrupted(cpu) && !must_return(cpu)
           && !(op->timeout && time_now() >= timeout)) {
        idle_wait(cpu);
        event_look();
    }
    tlb_idle_end(cpu);
    runstate_unblock(cpu);
    event_poll_end();
    timer_set(TIMER_POLL, 0);
    return leave_hypercall(cpu);
}

static _Noreturn void guest_crashed(void)
{
    smp_stop_others();
    console_panic();
    printk("The kernel reports that it crashed.\n");
    end_machine();
}

long sched_shut_down(unsigned reason)
{
    switch (reason) {
    case SHUTDOWN_poweroff:
        console_set_synchronous(true);
        printk("The kernel asks for power off.\n");
        p2m_check();
        sleep_power_off();
        printk("This machine doesn't power off by itself. Halted.\n");
        power_halt();
    case SHUTDOWN_suspend:
        return -XEN_EINVAL;             /* nothing to resume from */
    case SHUTDOWN_crash:
        guest_crashed();
    default:
        console_set_synchronous(true);
        printk("The kernel asks for a reboot.\n");
        p2m_check();
        power_reset();
    }
}

static long shutdown_op(const struct sched_shutdown *op)
{
    return sched_shut_down(op->reason);
}

static long shutdown_code(const struct sched_shutdown *op)
{
    (void)op;                           /* it takes effect with a crash */
    return 0;
}

static long remote_shutdown(const struct sched_remote_shutdown *op)
{
    return op->domain_id ? -XEN_ESRCH : -XEN_EPERM;
}

/* -1 undoes it; once it is in force, it can't be changed. */
static long pin_override(const struct sched_pin_override *op)
{
    static bool in_force;

    if (!domain.initial)
        return -XEN_EPERM;
    if (op->pcpu >= (int)domain.nr_vcpus)
        return -XEN_EINVAL;
    if (op->pcpu >= 0 && in_force)
        return -XEN_EBUSY;
    in_force = op->pcpu >= 0;
    return 0;
}

HYPERCALL(hypercall_sched_op)
{
    UNUSED_ARGUMENTS(a3, a4, a5, a6);
    switch ((uint32_t)a1) {
    case SCHEDOP_yield:
        outside->yield();
        return 0;
    case SCHEDOP_block:
        return block();
    CASE_IN(SCHEDOP_shutdown, struct sched_shutdown, shutdown_op, a2)
    CASE_IN(SCHEDOP_shutdown_code, struct sched_shutdown, shutdown_code, a2)
    CASE_IN(SCHEDOP_poll, struct sched_poll, poll, a2)
    CASE_IN(SCHEDOP_remote_shutdown, struct sched_remote_shutdown,
            remote_shutdown, a2)
    CASE_IN(SCHEDOP_pin_override, struct sched_pin_override, pin_override, a2)
    default:
        return -XEN_ENOSYS;
    }
}
