/* SPDX-License-Identifier: MIT */
#include <hypercall/hypercall.h>

#include <xen/xen.h>
#include <xen/vcpu.h>

#include <guest/domain.h>
#include <hypercall/argument.h>
#include <hypercall/event.h>
#include <hypercall/vcpu.h>
#include <hypercall/vcpu_time.h>
#include <lib/string.h>
#include <machine/interrupt.h>
#include <machine/kvm_clock.h>
#include <machine/paging.h>
#include <machine/pvclock.h>
#include <machine/smp.h>
#include <machine/time.h>
#include <machine/timer.h>
#include <machine/tsc_sync.h>
#include <machine/x86.h>

#define PERIOD_MIN_NS     1000000       /* as Xen's */
#define PERIOD_DEFAULT_NS 10000000      /* the same */

static void timer_event(void)
{
    event_raise_virq(VIRQ_TIMER, this_cpu());
}

/*
 * None for a vCPU that is down, as on Xen: its FIFO queues may not be there
 * yet, and an event that finds none stays pending for ever.
 */
static void periodic_event(void)
{
    uint64_t period = this_cpu()->period;

    if (!vcpu_is_down(this_cpu()))
        timer_event();
    if (period)
        timer_set(TIMER_PERIODIC, time_now() + period);
}

void vcpu_timers_init(void)
{
    timer_register(TIMER_SINGLESHOT, timer_event);
    timer_register(TIMER_PERIODIC, periodic_event);
}

void vcpu_time_fill(const struct cpu *cpu, struct vcpu_time_info *info)
{
    struct tsc_scale scale = time_tsc_scale();

    if (kvm_clock_is_used()) {
        *info = pvclock_read(cpu->clock);
        return;
    }
    info->version = 2;
    info->tsc_timestamp = time_tsc_start() + cpu->tsc_offset;
    info->system_time = 0;
    info->tsc_to_system_mul = scale.multiplier;
    info->tsc_shift = scale.shift;
    info->flags = tsc_sync_is_good() ? XEN_PVCLOCK_TSC_STABLE_BIT : 0;
}

/* It is never runnable: nobody takes its CPU. */
static struct vcpu_runstate_info runstate(const struct cpu *cpu)
{
    uint64_t now = time_now();
    bool down = vcpu_is_down(cpu);
    uint64_t offline = cpu->offline_time
                       + (down ? now - cpu->offline_since : 0);
    uint64_t since = __atomic_load_n(&cpu->blocked_since, __ATOMIC_RELAXED);
    uint64_t blocked = cpu->blocked_time + (since ? now - since : 0);

    return (struct vcpu_runstate_info){
        .state = down ? RUNSTATE_offline
                      : since ? RUNSTATE_blocked : RUNSTATE_running,
        .state_entry_time = down ? cpu->offline_since : since ? since : now,
        .time = { [RUNSTATE_running] = now - offline - blocked,
                  [RUNSTATE_blocked] = blocked,
                  [RUNSTATE_offline] = offline },
    };
}

void runstate_block(struct cpu *cpu)
{
    __atomic_store_n(&cpu->blocked_since, time_now(), __ATOMIC_RELAXED);
}

void runstate_unblock(struct cpu *cpu)
{
    cpu->blocked_time += time_now() - cpu->blocked_since;
    __atomic_store_n(&cpu->blocked_since, 0, __ATOMIC_RELAXED);
    runstate_update(cpu);
}

void runstate_update(struct cpu *cpu)
{
    struct vcpu_runstate_info info = runstate(cpu);

    if (cpu->runstate_area)
        GUEST_WRITE(cpu->runstate_area, &info);
}

static long get_runstate(const struct cpu *cpu, uint64_t argument)
{
    struct vcpu_runstate_info info = runstate(cpu);

    return GUEST_WRITE(argument, &info) ? 0 : -XEN_EFAULT;
}

static long register_runstate(struct cpu *cpu, uint64_t argument)
{
    struct vcpu_register_runstate_memory_area area;

    if (!GUEST_READ(&area, argument)
        || !is_guest_address((uint64_t)area.addr.p))
        return -XEN_EFAULT;
    cpu->runstate_area = (uint64_t)area.addr.p;
    runstate_update(cpu);
    return 0;
}

static long register_time_area(const struct cpu *cpu, uint64_t argument)
{
    struct vcpu_register_time_memory_area area;
    struct vcpu_time_info info = { 0 };

    if (!GUEST_READ(&area, argument) || !is_guest_address(area.addr.p))
        return -XEN_EFAULT;
    vcpu_time_fill(cpu, &info);
    GUEST_WRITE(area.addr.p, &info);
    return 0;
}

static long register_vcpu_info(struct cpu *cpu, uint64_t argument)
{
    struct vcpu_register_vcpu_info place;

    if (!GUEST_READ(&place, argument))
        return -XEN_EFAULT;
    if (place.offset > PAGE_SIZE - sizeof(struct vcpu_info)
        || place.offset % _Alignof(struct vcpu_info))
        return -XEN_ENXIO;
    /* Of a vCPU that runs only its own CPU may touch it, as on Xen. */
    if (cpu->vcpu_info_placed || (cpu != this_cpu() && !vcpu_is_down(cpu)))
        return -XEN_EINVAL;
    if (!domain_owns(MFN(place.mfn)))
        return -XEN_EINVAL;

    struct vcpu_info *new = (struct vcpu_info *)
        ((char *)direct_mfn(MFN(place.mfn)) + place.offset);

    *new = *cpu->vcpu_info;
    /* Whatever was set before it moved is found by one spurious upcall. */
    new->evtchn_pending_sel = ~0ul;
    new->evtchn_upcall_pending = 1;
    entry_use_vcpu_info(cpu, new);
    if (cpu == this_cpu())
        kvm_clock_write_to(&new->time);
    cpu->vcpu_info_placed = true;
    return 0;
}

static long set_singleshot(uint64_t argument)
{
    struct vcpu_set_singleshot_timer timer;

    if (!GUEST_READ(&timer, argument))
        return -XEN_EFAULT;
    /* VCPU_SSHOTTMR_future is ignored, as by Xen since 4.17. */
    timer_set(TIMER_SINGLESHOT, timer_deadline(timer.timeout_abs_ns));
    return 0;
}

static long stop_singleshot(const struct cpu *cpu)
{
    if (cpu != this_cpu())
        return -XEN_EINVAL;
    timer_set(TIMER_SINGLESHOT, 0);
    return 0;
}

static void start_periodic(struct cpu *cpu, uint64_t period)
{
    cpu->period_chosen = true;
    cpu->period = period;
    timer_set_on(cpu, TIMER_PERIODIC, time_now() + period);
}

static long set_periodic(struct cpu *cpu, uint64_t argument)
{
    struct vcpu_set_periodic_timer timer;

    if (!GUEST_READ(&timer, argument))
        return -XEN_EFAULT;
    if (timer.period_ns < PERIOD_MIN_NS || timer.period_ns > INT64_MAX / 2)
        return -XEN_EINVAL;
    start_periodic(cpu, timer.period_ns);
    return 0;
}

void vcpu_default_period(struct cpu *cpu)
{
    if (!cpu->period_chosen)
        start_periodic(cpu, PERIOD_DEFAULT_NS);
}

static long stop_periodic(struct cpu *cpu)
{
    cpu->period_chosen = true;
    cpu->period = 0;
    timer_set_on(cpu, TIMER_PERIODIC, 0);
    return 0;
}

/* To itself: on the way back, as one that came during the hypercall. */
static long send_nmi(struct cpu *cpu)
{
    if (!cpu->trap_handler[VECTOR_NMI])
        return 0;
    if (cpu != this_cpu()) {
        ipi_send_nmi(cpu->id);
        return 0;
    }
    cpu->nmi_deferred = 1;
    interrupt_self(VECTOR_DEFERRED_NMI);
    return 0;
}

/* A vCPU is one physical CPU for ever. */
static long get_physid(const struct cpu *cpu, uint64_t argument)
{
    struct vcpu_get_physid id = {
        .phys_id = smp.apic_ids[cpu->id]
                   | (uint64_t)smp.acpi_ids[cpu->id] << 32,
    };

    if (!domain.initial)
        return -XEN_EINVAL;
    return GUEST_WRITE(argument, &id) ? 0 : -XEN_EFAULT;
}

static __attribute__((noinline))
long vcpu_op(uint32_t command, uint32_t vcpu, uint64_t argument)
{
    struct cpu *cpu = cpu_of(vcpu);

    if (vcpu >= domain.nr_vcpus)
        return -XEN_ENOENT;
    switch (command) {
    case VCPUOP_initialise:
        return vcpu_initialise(cpu, argument);
    case VCPUOP_up:
        return vcpu_up(cpu);
    case VCPUOP_down:
        return vcpu_down(cpu);
    case VCPUOP_is_up:
        return !vcpu_is_down(cpu);
    case VCPUOP_get_runstate_info:
        return get_runstate(cpu, argument);
    case VCPUOP_register_runstate_memory_area:
        return register_runstate(cpu, argument);
    case VCPUOP_register_vcpu_time_memory_area:
        return register_time_area(cpu, argument);
    case VCPUOP_send_nmi:
        return send_nmi(cpu);
    case VCPUOP_get_physid:
        return get_physid(cpu, argument);
    case VCPUOP_register_vcpu_info:
        return register_vcpu_info(cpu, argument);
    case VCPUOP_set_singleshot_timer:
        return -XEN_EINVAL;             /* another's: as on Xen */
    case VCPUOP_stop_singleshot_timer:
        return stop_singleshot(cpu);
    case VCPUOP_set_periodic_timer:
        return set_periodic(cpu, argument);
    case VCPUOP_stop_periodic_timer:
        return stop_periodic(cpu);
    default:
        return -XEN_ENOSYS;
    }
}

HYPERCALL(hypercall_vcpu_op)
{
    uint32_t command = (uint32_t)a1, vcpu = (uint32_t)a2;

    UNUSED_ARGUMENTS(a4, a5, a6);
    if (command == VCPUOP_set_singleshot_timer && vcpu == this_cpu()->id)
        return set_singleshot(a3);      /* each timer of the kernel's */
    return vcpu_op(command, vcpu, a3);
}

/*
 * As on Xen: what is past by its sign or too far away comes soon.  Linux once
 * asked for the one when its time had wrapped, and for the other with nothing
 * to wait for.
 */
#define TOO_FAR_NS (1ull << 50)
#define SOON_NS    100000000

HYPERCALL(hypercall_set_timer_op)
{
    uint64_t now = time_now();

    UNUSED_ARGUMENTS(a2, a3, a4, a5, a6);
    if ((int64_t)a1 < 0 || (a1 > now && a1 - now >= TOO_FAR_NS))
        a1 = now + SOON_NS;
    timer_set(TIMER_SINGLESHOT, a1);
    return 0;
}
