/* SPDX-License-Identifier: MIT */
#include <hypercall/vcpu.h>

#include <xen/xen.h>
#include <xen/errno.h>
#include <xen/sched.h>

#include <entry/entry.h>
#include <entry/mask_of_user.h>
#include <guest/domain.h>
#include <guest/start.h>
#include <hypercall/event.h>
#include <hypercall/sleep.h>
#include <lib/spinlock.h>
#include <machine/cpu.h>
#include <machine/idle.h>
#include <machine/interrupt.h>
#include <machine/kvm_clock.h>
#include <machine/paging.h>
#include <machine/smp.h>
#include <machine/time.h>
#include <machine/tlb.h>
#include <machine/x86.h>

/* As after a reset of the FPU, if the guest has no state for it. */
static void load_fpu(const struct vcpu_start *start)
{
    static const uint32_t mxcsr = 0x1f80;

    __asm__ volatile ("fninit; ldmxcsr %0" : : "m" (mxcsr));
    if (start->has_fpu_state)
        __asm__ volatile ("fxrstor64 (%0)" : : "r" (start->fpu_state)
                          : "memory");
}

static _Noreturn void start(struct cpu *cpu)
{
    const struct vcpu_start *begin = &cpu->start;

    paging_install(direct(begin->l4 & PTE_FRAME));
    cpu->detached_from = begin->l4;
    tlb_idle_end(cpu);
    load_fpu(begin);
    cpu_set_ldt(cpu, begin->ldt_base, begin->ldt_entries);
    wrmsr(MSR_FS_BASE, begin->fs_base);
    wrmsr(MSR_GS_BASE, begin->gs_base);
    wrmsr(MSR_KERNEL_GS, begin->inactive_gs_base);
    cpu->in_user = frame_from_user(&begin->frame);
    if (cpu->in_user && !entry_flag_is_real)
        cpu->vcpu_info->evtchn_upcall_mask = MASK_OF_USER_MASKED;
    entry_choose_syscall(cpu);
    guest_enter(&begin->frame);
}

static void wait_until_up(struct cpu *cpu)
{
    cpu->offline_since = time_now();
    while (vcpu_is_down(cpu))
        idle_wait(cpu);
    cpu->offline_time += time_now() - cpu->offline_since;
    kvm_clock_write_to(&cpu->vcpu_info->time);
    event_look();
    if (entry_flag_is_real)
        event_wait_for_flag(cpu);
}

_Noreturn void vcpu_wait_for_start(void)
{
    struct cpu *cpu = this_cpu();

    /* It is in our address space, where no flush need look for it. */
    cpu->idle = true;
    cpu->detached = DETACHED_FROM_ALL;
    wait_until_up(cpu);
    start(cpu);
}

void vcpu_stay_down(struct cpu *cpu)
{
    tlb_idle_begin(cpu);
    wait_until_up(cpu);
    tlb_idle_end(cpu);
    runstate_update(cpu);
}

long vcpu_up(struct cpu *cpu)
{
    if (!cpu->initialised)
        return -XEN_EINVAL;
    __atomic_store_n(&cpu->up, true, __ATOMIC_SEQ_CST);
    if (cpu != this_cpu() && !idle_wake(cpu))
        ipi_send_one(cpu->id, VECTOR_EVENT);
    return 0;
}

static bool others_are_down(const struct cpu *cpu)
{
    for (unsigned i = 0; i < domain.nr_vcpus; i++)
        if (i != cpu->id && !vcpu_is_down(cpu_of(i)))
            return false;
    return true;
}

/* As on Xen, a domain whose last vCPU goes down has powered off. */
long vcpu_down(struct cpu *cpu)
{
    static struct spinlock lock;
    bool last;

    spin_lock(&lock);
    last = others_are_down(cpu);
    if (!last)
        __atomic_store_n(&cpu->up, false, __ATOMIC_SEQ_CST);
    spin_unlock(&lock);
    if (last)
        return sched_shut_down(SHUTDOWN_poweroff);
    if (cpu == this_cpu())
        vcpu_stay_down(cpu);
    else if (!idle_wake(cpu))
        ipi_send_one(cpu->id, VECTOR_EVENT);
    return 0;
}
