/* SPDX-License-Identifier: MIT */
/*
 * The second vCPU has interrupts off while the first one finishes its
 * counters and begins anew: that they are to stop reaches it late.  In ring 0
 * only.
 */
#include "pmu.h"

#include <xen/event_channel.h>
#include <xen/vcpu.h>

#define SECOND     1
#define STACK_SIZE (4 * PAGE_SIZE)
#define WAIT_MAX   (10000 * MS)

enum phase { STARTING, HOLDING, BEGUN_ANEW, DONE };

static volatile enum phase phase;
static char stack[STACK_SIZE] __attribute__((aligned(16)));
static struct xen_pmu_data *page;
static uint32_t entry;

static void wait_for(enum phase wanted)
{
    while (phase != wanted)
        __asm__ volatile ("pause" : : : "memory");
}

/* It never prints, so that the order is always the same. */
static _Noreturn void second_main(void)
{
    __asm__ volatile ("cli");
    phase = HOLDING;
    wait_for(BEGUN_ANEW);
    page->pmu.l.lapic_lvtpc = 0;
    CALL(xenpmu_op, XENPMU_lvtpc_set);
    __asm__ volatile ("sti; nop");
    entry = lvtpc();
    phase = DONE;
    for (;;)
        __asm__ volatile ("pause");
}

static void second_start(void)
{
    static struct vcpu_guest_context context = {
        .flags = VGCF_in_kernel,
        .user_regs = { .cs = FLAT_KERNEL_CS, .ss = FLAT_KERNEL_SS,
                       .rflags = RFLAGS_ONE },
    };

    context.user_regs.rip = (uint64_t)second_main;
    context.user_regs.rsp = (uint64_t)stack + STACK_SIZE - 8;
    context.kernel_ss = FLAT_KERNEL_SS;
    context.kernel_sp = (uint64_t)stack + STACK_SIZE / 2;
    context.ctrlreg[3] = machine_address((void *)start_info->pt_base);
    CALL(vcpu_op, VCPUOP_initialise, SECOND, &context);
    called(CALL(vcpu_op, VCPUOP_up, SECOND), "up", "vCPU 1");
}

static bool is_pending(evtchn_port_t port)
{
    return ((volatile unsigned long *)shared_info->evtchn_pending)[port / 64]
           >> port % 64 & 1;
}

void test_late_stop(void)
{
    struct evtchn_bind_virq op = { .virq = VIRQ_XENPMU, .vcpu = SECOND };
    uint64_t begin;

    page = page_new();
    called(CALL(event_channel_op, EVTCHNOP_bind_virq, &op), "bind_virq",
           "VIRQ_XENPMU of vCPU 1");
    called(pmu_init(SECOND, mfn_of(page)), "init", "vCPU 1");
    second_start();
    wait_for(HOLDING);
    called(pmu_finish(SECOND), "finish", "vCPU 1, which holds it off");
    called(pmu_init(SECOND, mfn_of(page)), "init", "vCPU 1, anew");
    phase = BEGUN_ANEW;
    for (begin = now(); phase != DONE && now() < begin + WAIT_MAX; )
        __asm__ volatile ("pause");
    expect(phase == DONE, "vCPU 1 goes on,", "stopped late");
    expect(!(entry & LVT_MASKED), "not masked,", "stopped late");
    expect(!is_pending(op.port), "no event,", "stopped late");
}
