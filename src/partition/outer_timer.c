/* SPDX-License-Identifier: MIT */
/*
 * The outer Xen's single-shot timer: one call to set it, and its event
 * needs no acknowledgement, where the emulated APIC's timer takes two exits.
 */
#include <partition/outer.h>

#include <xen/event_channel.h>
#include <xen/vcpu.h>

#include <lib/panic.h>
#include <machine/cpu_area.h>
#include <machine/interrupt.h>
#include <machine/smp.h>
#include <machine/timer.h>

static evtchn_port_t ports[OUTER_CPUS_MAX];

static long vcpu_call(unsigned command, uint64_t argument)
{
    return outer_call(__HYPERVISOR_vcpu_op, command,
                      smp.acpi_ids[this_cpu()->id], argument);
}

/* Its clock may be set right in small steps; ours runs on. */
static void set(uint64_t deadline)
{
    struct vcpu_set_singleshot_timer timer = { 0 };

    timer.timeout_abs_ns = deadline + (outer_system_time() - time_now());
    vcpu_call(VCPUOP_set_singleshot_timer, (uint64_t)&timer);
}

void outer_timers_start(void)
{
    for (unsigned i = 0; i < smp.nr_cpus; i++) {
        struct evtchn_bind_virq op = {
            .virq = VIRQ_TIMER, .vcpu = smp.acpi_ids[i],
        };

        if (outer_call(__HYPERVISOR_event_channel_op, EVTCHNOP_bind_virq,
                       (uint64_t)&op, 0))
            panic("The outer Xen gives vCPU %u no timer", op.vcpu);
        ports[i] = op.port;
    }
    timer_use(set);
}

/* Another CPU may have seen it first. */
void outer_timer_arrived(unsigned port)
{
    for (unsigned i = 0; i < smp.nr_cpus; i++) {
        if (ports[i] != port)
            continue;
        if (i == this_cpu()->id)
            timer_interrupt();
        else
            ipi_send_one(i, VECTOR_TIMER);
        return;
    }
}
