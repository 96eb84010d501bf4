/* SPDX-License-Identifier: MIT */
#include <hypercall/hypercall.h>

#include <xen/xen.h>
#include <xen/vcpu.h>

#include <guest/domain.h>
#include <hypercall/argument.h>
#include <hypercall/event.h>
#include <hypercall/vcpu_time.h>
#include <lib/string.h>
#include <machine/interrupt.h>
#include <machine/paging.h>
#include <machine/time.h>
#include <machine/timer.h>
#include <machine/x86.h>

#define PERIOD_MIN_NS 1000000           /* as Xen's */

static uint64_t period;

static void timer_event(void)
{
    event_raise_virq(VIRQ_TIMER, 0);
}

static void periodic_event(void)
{
    timer_event();
    if (period)
        timer_set(TIMER_PERIODIC, time_now() + period);
}

void vcpu_timers_init(void)
{
    timer_register(TIMER_SINGLESHOT, timer_event);
    timer_register(TIMER_PERIODIC, periodic_event);
}

void vcpu_time_fill(struct vcpu_time_info *info)
{
    struct tsc_scale scale = time_tsc_scale();

    info->version = 2;
    info->tsc_timestamp = time_tsc_start();
    info->system_time = 0;
    info->tsc_to_system_mul = scale.multiplier;
    info->tsc_shift = scale.shift;
    info->flags = XEN_PVCLOCK_TSC_STABLE_BIT;
}

/*
 * It always runs: time spent in other states is 0 for ever, and the area
 * needs no update.
 */
static struct vcpu_runstate_info runstate(void)
{
    uint64_t now = time_now();

    return (struct vcpu_runstate_info){
        .state = RUNSTATE_running,
        .state_entry_time = now,
        .time = { [RUNSTATE_running] = now },
    };
}

static long register_runstate(uint64_t argument)
{
    struct vcpu_register_runstate_memory_area area;
    struct vcpu_runstate_info info = runstate();

    if (!GUEST_READ(&area, argument) || !is_guest_address(area.addr.p))
        return -XEN_EFAULT;
    GUEST_WRITE(area.addr.p, &info);
    return 0;
}

static long register_time_area(uint64_t argument)
{
    struct vcpu_register_time_memory_area area;
    struct vcpu_time_info info = { 0 };

    if (!GUEST_READ(&area, argument) || !is_guest_address(area.addr.p))
        return -XEN_EFAULT;
    vcpu_time_fill(&info);
    GUEST_WRITE(area.addr.p, &info);
    return 0;
}

static long register_vcpu_info(uint64_t argument)
{
    struct cpu *cpu = this_cpu();
    struct vcpu_register_vcpu_info place;

    if (!GUEST_READ(&place, argument))
        return -XEN_EFAULT;
    if (place.offset > PAGE_SIZE - sizeof(struct vcpu_info))
        return -XEN_ENXIO;
    if (cpu->vcpu_info_placed)
        return -XEN_EINVAL;
    if (!domain_owns(MFN(place.mfn)))
        return -XEN_EINVAL;

    struct vcpu_info *new = (struct vcpu_info *)
        ((char *)direct_mfn(MFN(place.mfn)) + place.offset);

    *new = *cpu->vcpu_info;
    /* Whatever was set before it moved is found by one spurious upcall. */
    new->evtchn_pending_sel = ~0ul;
    new->evtchn_upcall_pending = 1;
    cpu->vcpu_info = new;
    cpu->vcpu_info_placed = true;
    return 0;
}

static long set_singleshot(uint64_t argument)
{
    struct vcpu_set_singleshot_timer timer;

    if (!GUEST_READ(&timer, argument))
        return -XEN_EFAULT;
    /* VCPU_SSHOTTMR_future is ignored, as by Xen since 4.17. */
    timer_set(TIMER_SINGLESHOT, timer.timeout_abs_ns
                                ? timer.timeout_abs_ns : 1);
    return 0;
}

static long set_periodic(uint64_t argument)
{
    struct vcpu_set_periodic_timer timer;

    if (!GUEST_READ(&timer, argument))
        return -XEN_EFAULT;
    if (timer.period_ns < PERIOD_MIN_NS || timer.period_ns > INT64_MAX / 2)
        return -XEN_EINVAL;
    period = timer.period_ns;
    timer_set(TIMER_PERIODIC, time_now() + period);
    return 0;
}

static long stop_timer(enum timer timer)
{
    if (timer == TIMER_PERIODIC)
        period = 0;
    timer_set(timer, 0);
    return 0;
}

/* The first vCPU was, before it ran. */
static long initialise(uint64_t argument)
{
    struct vcpu_guest_context context;

    return GUEST_READ(&context, argument) ? -XEN_EEXIST : -XEN_EFAULT;
}

/* Delivered on the way back to the kernel, as one that came meanwhile. */
static long send_nmi(void)
{
    struct cpu *cpu = this_cpu();

    if (cpu->trap_handler[VECTOR_NMI]) {
        cpu->nmi_deferred = 1;
        interrupt_self(VECTOR_DEFERRED_NMI);
    }
    return 0;
}

HYPERCALL(hypercall_vcpu_op)
{
    uint32_t vcpu = (uint32_t)a2;
    struct vcpu_runstate_info info;

    UNUSED_ARGUMENTS(a4, a5, a6);
    if (vcpu >= domain.nr_vcpus)
        return -XEN_ENOENT;
    switch ((uint32_t)a1) {
    case VCPUOP_initialise:
        return initialise(a3);
    case VCPUOP_up:
        return 0;
    case VCPUOP_is_up:
        return 1;
    case VCPUOP_get_runstate_info:
        info = runstate();
        return GUEST_WRITE(a3, &info) ? 0 : -XEN_EFAULT;
    case VCPUOP_register_runstate_memory_area:
        return register_runstate(a3);
    case VCPUOP_register_vcpu_time_memory_area:
        return register_time_area(a3);
    case VCPUOP_send_nmi:
        return send_nmi();
    case VCPUOP_register_vcpu_info:
        return register_vcpu_info(a3);
    case VCPUOP_set_singleshot_timer:
        return set_singleshot(a3);
    case VCPUOP_stop_singleshot_timer:
        return stop_timer(TIMER_SINGLESHOT);
    case VCPUOP_set_periodic_timer:
        return set_periodic(a3);
    case VCPUOP_stop_periodic_timer:
        return stop_timer(TIMER_PERIODIC);
    default:
        return -XEN_ENOSYS;
    }
}

HYPERCALL(hypercall_set_timer_op)
{
    UNUSED_ARGUMENTS(a2, a3, a4, a5, a6);
    timer_set(TIMER_SINGLESHOT, a1);
    return 0;
}
