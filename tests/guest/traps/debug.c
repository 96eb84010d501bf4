/* SPDX-License-Identifier: MIT */
/* Debug registers, and what sets the bits of DR6. */
#include "traps.h"

#define X(name) extern const char snippet_##name[]
X(ud); X(write); X(step); X(icebp); X(nop);

#define DR6_NONE 0xffff0ff0ul
#define DR6_BS   0x4000ul
#define WRITE_4  0x00d00004ul           /* DR7: DR1 at writes of 4 bytes */

static void print_dr6(const char *name)
{
    uint64_t dr6 = (uint64_t)CALL(get_debugreg, 6);

    print("%s, DR6: %lx%s", name, dr6 & 0xf,
          dr6 & DR6_BS ? ", single step" : "");
    CALL(set_debugreg, 7, 0);
    CALL(set_debugreg, 6, DR6_NONE);
}

static void test_breakpoints(void)
{
    CALL(set_debugreg, 0, USER_ADDRESS(snippet_ud));
    CALL(set_debugreg, 7, 0x1);
    run_in_user(user_context(snippet_ud));
    print_seen("breakpoint, user", USER_ADDRESS(snippet_ud), USER_STACK);
    print_dr6("breakpoint, user");
    CALL(set_debugreg, 0, snippet_ud);
    CALL(set_debugreg, 7, 0x1);
    run_in_kernel(snippet_ud, 0, false);
    print_seen("breakpoint, kernel", (uint64_t)snippet_ud, test_stack_end());
    print_dr6("breakpoint, kernel");
    CALL(set_debugreg, 0, 0);
}

/* The Resume flag lets an instruction pass. */
static void test_resume(void)
{
    struct run_context context = user_context(snippet_ud);

    CALL(set_debugreg, 0, USER_ADDRESS(snippet_ud));
    CALL(set_debugreg, 7, 0x1);
    context.rflags |= RFLAGS_RF;
    run_in_user(context);
    print_seen("breakpoint passed, user", context.rip, USER_STACK);
    print_dr6("breakpoint passed, user");
    CALL(set_debugreg, 0, 0);
}

static void test_watchpoints(void)
{
    struct run_context context = user_context(snippet_write);

    CALL(set_debugreg, 1, USER_NO_EXEC);
    CALL(set_debugreg, 7, WRITE_4);
    context.rax = USER_NO_EXEC;
    run_in_user(context);
    print_seen("watchpoint, user", context.rip, USER_STACK);
    print_dr6("watchpoint, user");
    CALL(set_debugreg, 7, WRITE_4);
    run_in_kernel(snippet_write, USER_NO_EXEC, false);
    print_seen("watchpoint, kernel", (uint64_t)snippet_write,
               test_stack_end());
    print_dr6("watchpoint, kernel");
    CALL(set_debugreg, 1, 0);
}

static void test_steps(void)
{
    struct run_context context = user_context(snippet_nop);

    run_in_kernel(snippet_step, 0, false);
    print_dr6("single step, kernel");
    context.rflags |= RFLAGS_TF;
    run_in_user(context);
    print_dr6("single step, user");
    run_in_user(user_context(snippet_icebp));
    print_dr6("icebp, user");
    /* A breakpoint at what comes after the step. */
    CALL(set_debugreg, 0, context.rip + 1);
    CALL(set_debugreg, 7, 0x1);
    run_in_user(context);
    print_seen("step to a breakpoint, user", context.rip, USER_STACK);
    print_dr6("step to a breakpoint, user");
    CALL(set_debugreg, 0, 0);
}

void test_debug(void)
{
    test_breakpoints();
    test_resume();
    test_watchpoints();
    test_steps();
}
