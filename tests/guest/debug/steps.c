/* SPDX-License-Identifier: MIT */
/* Single steps, by TF in the kernel's flags, a frame's or a program's. */
#include "debug.h"

#include <xen/callback.h>

#define X(name) extern const char snippet_##name[]
X(nops); X(icebp); X(step); X(step_off); X(step_divide); X(step_syscall);
X(step_int3); X(hypercall); X(forced_cpuid);

#define MOST 6                          /* exceptions of one run */

static const struct {
    const char *name, *snippet;
    bool kernel;                        /* or in user mode only */
} cases[] = {
    { "step", snippet_step, true },
    { "step, ended by POPF", snippet_step_off, true },
    { "step to an exception", snippet_step_divide, true },
    { "step over INT3", snippet_step_int3, true },
    { "step over SYSCALL", snippet_step_syscall, false },
    { "step over a forced CPUID", snippet_forced_cpuid, true },
    { "icebp", snippet_icebp, true },
};

/* Handlers return until one of them has no step behind it. */
static void try(unsigned i)
{
    go_on = MOST;
    run_in_user(user_context(cases[i].snippet));
    go_on = 0;
    print("%s, user, handler's flags: %s", cases[i].name,
          seen[0].rflags & RFLAGS_TF ? "TF" : "no TF");
    print_places(cases[i].name, USER_ADDRESS(cases[i].snippet));
    if (!cases[i].kernel)
        return;
    go_on = MOST;
    run_in_kernel(cases[i].snippet, 0, false);
    go_on = 0;
    print("%s, kernel, handler's flags: %s", cases[i].name,
          seen[0].rflags & RFLAGS_TF ? "TF" : "no TF");
    print_places(cases[i].name, (uint64_t)cases[i].snippet);
}

static void test_frames(void)
{
    struct run_context context = user_context(snippet_nops);

    context.rflags |= RFLAGS_TF;
    run_in_user(context);
    print_debug("single step, user", context.rip, USER_STACK);
    context.cs = KERNEL_CS;
    context.ss = KERNEL_SS;
    context.rip = (uint64_t)snippet_nops;
    context.rsp = test_stack_end();
    run_in_user(context);
    print_debug("single step, kernel", context.rip, context.rsp);
}

/* A breakpoint at what comes after the step. */
static void test_both(void)
{
    struct run_context context = user_context(snippet_nops);

    context.rflags |= RFLAGS_TF;
    set_breakpoint(context.rip + 1, DR7_ON(0));
    run_in_user(context);
    print_places("step to a breakpoint", context.rip);
}

static void test_hypercall(void)
{
    go_on = 1;
    run_in_kernel(snippet_hypercall, 0, false);
    go_on = 0;
    print_places("step over a hypercall", (uint64_t)snippet_hypercall);
}

static void register_syscall(void)
{
    struct callback_register reg = {
        .type = CALLBACKTYPE_syscall, .address = trap_stub(ON_SYSCALL),
    };

    report(CALL(callback_op, CALLBACKOP_register, &reg), "register syscall");
}

void test_steps(void)
{
    register_syscall();
    test_frames();
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++)
        try(i);
    test_both();
    test_hypercall();
}
