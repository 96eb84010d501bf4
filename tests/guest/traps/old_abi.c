/* SPDX-License-Identifier: MIT */
/* What kernels do that are older, or smaller, than Linux. */
#include "traps.h"

#include <xen/event_channel.h>
#include <xen/sched.h>

#define X(name) extern const char snippet_##name[]
X(ud); X(syscall); X(version); X(selectors); X(selector_r8); X(iretq);
X(iretq_end); X(compat_block); X(read); X(write);

#define FLAT_RING3_SS FLAT_RING3_SS32   /* what FLAT_KERNEL_SS is */

static evtchn_port_t ipi;

static void send(void)
{
    struct evtchn_op op = { .cmd = EVTCHNOP_send, .u.send.port = ipi };

    CALL(event_channel_op_compat, &op);
}

/* As events.c has it, by the old calls: the upcall, then what follows. */
static void run_twice(const char *name, const char *snippet)
{
    go_on = 1;
    run_in_kernel(snippet, 0, true);
    go_on = 0;
    print_seen(name, (uint64_t)snippet, test_stack_end());
}

static void test_set_callbacks(void)
{
    struct evtchn_op bind = { .cmd = EVTCHNOP_bind_ipi };

    report(CALL(set_callbacks, trap_stub(ON_EVENT + 5),
                trap_stub(ON_FAILSAFE), trap_stub(ON_SYSCALL + 5)),
           "set_callbacks(others)");
    CALL(event_channel_op_compat, &bind);
    ipi = bind.u.bind_ipi.port;
    shared_info->evtchn_mask[ipi / 64] &= ~(1ul << ipi % 64);
    events_clear();
    send();
    run_in_kernel(snippet_version, 0, false);
    print_seen("set_callbacks(others), event", (uint64_t)snippet_version,
               test_stack_end());
    events_clear();
    run_in_user(user_context(snippet_syscall));
    print_seen("set_callbacks(others), syscall",
               USER_ADDRESS(snippet_syscall), USER_STACK);
    CALL(set_callbacks, trap_stub(ON_EVENT), trap_stub(ON_FAILSAFE),
         trap_stub(ON_SYSCALL));
}

static void test_old_calls(void)
{
    struct evtchn_op status = { .cmd = EVTCHNOP_status,
        .u.status.dom = DOMID_SELF, .u.status.port = ipi };

    report(CALL(event_channel_op_compat, &status),
           "event_channel_op_compat(EVTCHNOP_status, the IPI's)");
    print("event_channel_op_compat(EVTCHNOP_status, the IPI's), is: %u",
          status.u.status.status);
    send();
    run_twice("sched_op_compat(SCHEDOP_block), with an event",
              snippet_compat_block);
    events_clear();
    report(CALL(set_timer_op, 1), "set_timer_op(1), the past");
    run_twice("sched_op_compat(SCHEDOP_block), set_timer_op",
              snippet_compat_block);
    events_clear();
    report(CALL(set_timer_op, 0), "set_timer_op(0), off");
}

static void slot(const char *name, struct run_context context, uint64_t code)
{
    nr_seen = 0;
    run_iret_by_page(&context);
    set_mask(true);
    print_seen(name, code, context.rsp);
}

/* The frame's words for RCX, R11, RAX are put in by the slot itself. */
static void test_iret_slot(void)
{
    struct run_context context = user_context(snippet_ud);

    slot("iret slot to user", context, USER_ADDRESS(snippet_ud));
    context.flags = VGCF_in_syscall;
    slot("iret slot to user, in_syscall", context, USER_ADDRESS(snippet_ud));
    context = user_context(snippet_ud);
    context.cs = KERNEL_CS;
    context.ss = KERNEL_SS;
    context.rip = (uint64_t)snippet_ud;
    context.rsp = kernel_stack_end() - 256;
    slot("iret slot to kernel", context, (uint64_t)snippet_ud);
}

static void run_with(const char *name, const char *snippet, uint64_t rax,
                     const char *code)
{
    run_in_kernel(snippet, rax, false);
    print_seen(name, (uint64_t)code, test_stack_end());
}

static void test_selectors(void)
{
    run_with("FLAT_KERNEL_SS to all", snippet_selectors, FLAT_KERNEL_SS,
             snippet_selectors);
    run_with("FLAT_RING3_SS to all", snippet_selectors, FLAT_RING3_SS,
             snippet_selectors);
    run_with("own data segment to all", snippet_selectors, 0x2b,
             snippet_selectors);
    run_with("FLAT_KERNEL_SS, with a prefix", snippet_selector_r8,
             FLAT_KERNEL_SS, snippet_selector_r8);
    run_with("no such stack segment, kernel", snippet_selector_r8, 0x1233,
             snippet_selector_r8);
    run_with("IRETQ of the kernel's own", snippet_iretq, 0,
             snippet_iretq_end);
}

/* Xen sets the bit itself in what it runs in ring 3 anyhow. */
static void test_user_bit(void)
{
    struct run_context context = user_context(snippet_read);

    context.rax = USER_NO_BIT;
    run_in_user(context);
    print_seen("no user bit, read", context.rip, context.rsp);
    context = user_context(snippet_ud);
    context.rip += USER_NO_BIT - USER_CODE;
    run_in_user(context);
    print_seen("no user bit, code", context.rip, context.rsp);
    context = user_context(snippet_write);
    context.rax = USER_NO_BIT;
    run_in_user(context);
    print_seen("no user bit, write to read-only", context.rip, context.rsp);
}

void test_old_abi(void)
{
    traps_install(0);
    test_set_callbacks();
    test_old_calls();
    test_iret_slot();
    test_selectors();
    test_user_bit();
}
