/* SPDX-License-Identifier: MIT */
/* Upcalls: when they come, and on which frame. */
#include "traps.h"

#include <xen/callback.h>
#include <xen/event_channel.h>
#include <xen/nmi.h>
#include <xen/vcpu.h>

#define X(name) extern const char snippet_##name[]
X(ud); X(spin); X(version); X(block); X(bp);

#define SOON_NS 50000000ul     /* the run has to begin before */

static evtchn_port_t ipi;

static void send(evtchn_port_t port)
{
    struct evtchn_send send = { port };

    CALL(event_channel_op, EVTCHNOP_send, &send);
}

static void mask_port(evtchn_port_t port, bool masked)
{
    uint64_t bit = 1ul << port % 64;

    if (masked)
        shared_info->evtchn_mask[port / 64] |= bit;
    else
        shared_info->evtchn_mask[port / 64] &= ~bit;
}

static void print_pending(const char *name, evtchn_port_t port)
{
    print("%s, pending: port %lu, selector %lu, upcall %u", name,
          shared_info->evtchn_pending[port / 64] >> port % 64 & 1,
          shared_info->vcpu_info[0].evtchn_pending_sel >> port / 64 & 1,
          shared_info->vcpu_info[0].evtchn_upcall_pending);
}

/* The run goes on after the upcall, to the UD2 that ends it. */
static void run_twice(const char *name, const char *snippet, bool masked)
{
    go_on = 1;
    run_in_kernel(snippet, 0, masked);
    go_on = 0;
    print_seen(name, (uint64_t)snippet,
               test_stack_end());
    if (nr_seen > 1)
        print("%s, result: %s", name, seen[1].frame.rax ? "kept" : "lost");
}

static void iret_with_event(const char *name, struct run_context context,
                            bool kernel)
{
    if (kernel) {
        context.cs = KERNEL_CS;
        context.ss = KERNEL_SS;
        context.rip = (uint64_t)snippet_ud;
        context.rsp = kernel_stack_end() - 256;
    }
    events_clear();
    send(ipi);
    run_in_user(context);
    print_seen(name, context.rip, context.rsp);
    print_pending(name, ipi);
}

static void test_ipi(void)
{
    struct evtchn_bind_ipi bind = { 0 };

    CALL(event_channel_op, EVTCHNOP_bind_ipi, &bind);
    ipi = bind.port;
    events_clear();
    mask_port(ipi, true);
    send(ipi);
    print_pending("send to a masked port", ipi);
    run_twice("hypercall with a masked port", snippet_version, false);

    struct evtchn_unmask unmask = { ipi };

    CALL(event_channel_op, EVTCHNOP_unmask, &unmask);
    print_pending("unmask", ipi);
    run_twice("hypercall, events masked", snippet_version, true);
    run_twice("hypercall with an event", snippet_version, false);
    print_pending("after the upcall", ipi);
    send(ipi);
    run_twice("exception with an event", snippet_bp, false);
    print_pending("exception with an event", ipi);
}

static void test_irets_with_events(void)
{
    struct run_context context = user_context(snippet_ud);

    iret_with_event("iret to user with an event", context, false);
    iret_with_event("iret to kernel with an event", context, true);
    context.rcx = context.rip;
    context.r11 = context.rflags;
    context.cs = 0x33;
    context.ss = 0x2b;
    iret_with_event("iret as SYSRET with an event", context, false);
    context = user_context(snippet_ud);
    context.rflags &= ~RFLAGS_IF;
    iret_with_event("masked iret to user with an event", context, false);
    iret_with_event("masked iret to kernel with an event", context, true);
    context = user_context(snippet_ud);
    context.rip = 0x0000800000000000;
    iret_with_event("iret to nowhere with an event", context, false);
    events_clear();
}


static void set_timer(void)
{
    const struct vcpu_time_info *time = &shared_info->vcpu_info[0].time;
    struct vcpu_set_singleshot_timer timer = { .flags = 0 };
    uint32_t low, high;

    __asm__ volatile ("rdtsc" : "=a" (low), "=d" (high));

    uint64_t delta = ((uint64_t)high << 32 | low) - time->tsc_timestamp;

    delta = time->tsc_shift < 0 ? delta >> -time->tsc_shift
                                : delta << time->tsc_shift;
    timer.timeout_abs_ns = time->system_time + SOON_NS
        + (uint64_t)((unsigned __int128)delta * time->tsc_to_system_mul
                     >> 32);
    CALL(vcpu_op, VCPUOP_set_singleshot_timer, 0, &timer);
}

static void test_timer(void)
{
    struct evtchn_bind_virq bind = { .virq = VIRQ_TIMER };

    CALL(event_channel_op, EVTCHNOP_bind_virq, &bind);
    CALL(vcpu_op, VCPUOP_stop_periodic_timer, 0, 0);
    mask_port(bind.port, false);
    events_clear();

    set_timer();
    run_in_user(user_context(snippet_spin));
    print_seen("timer, user", USER_ADDRESS(snippet_spin), USER_STACK);
    set_timer();
    run_in_kernel(snippet_spin, 0, false);
    print_seen("timer, kernel", (uint64_t)snippet_spin,
               test_stack_end());
    set_timer();
    run_twice("block", snippet_block, true);
}

/* The handler of an exception that takes one itself, and an event. */
static void test_nesting(void)
{
    go_on = 2;
    run_in_kernel(snippet_bp, 0, false);
    go_on = 0;
    print("int3, returned from, then the next two: %lu %lu %lu",
          seen[0].frame.vector, seen[1].frame.vector, seen[2].frame.vector);
    send(ipi);
    traps_install(4);
    go_on = 1;
    run_in_kernel(snippet_bp, 0, false);
    go_on = 0;
    print_seen("masking handler returns to an event", (uint64_t)snippet_bp,
               test_stack_end());
    traps_install(0);
    events_clear();
}

static void test_nmi(void)
{
    struct xennmi_callback callback = { .handler_address = trap_stub(2) };

    report(CALL(nmi_op, XENNMI_register_callback, &callback),
           "register NMI callback");
    nr_seen = 0;
    go_on = 1;
    report(CALL(vcpu_op, VCPUOP_send_nmi, 0, 0), "send NMI");
    go_on = 0;
    print("NMIs seen: %u", nr_seen);
    report(CALL(nmi_op, XENNMI_unregister_callback, 0),
           "unregister NMI callback");
}

void test_events(void)
{
    CALL(set_callbacks, trap_stub(ON_EVENT), trap_stub(ON_FAILSAFE),
         trap_stub(ON_SYSCALL));
    test_ipi();
    test_irets_with_events();
    test_timer();
    test_nesting();
    test_nmi();
}
