/* SPDX-License-Identifier: MIT */
/* Breakpoints on instructions, and what all of these tests print. */
#include "debug.h"

#define X(name) extern const char snippet_##name[]
X(ud); X(nops);

#define ON DR7_ON(0)

void set_breakpoint(uint64_t address, uint64_t dr7)
{
    CALL(set_debugreg, 0, address);
    CALL(set_debugreg, 7, dr7);
}

void print_dr6(const char *name)
{
    uint64_t dr6 = (uint64_t)CALL(get_debugreg, 6);

    print("%s, DR6: %lx%s%s", name, dr6 & 0xf,
          dr6 & DR6_BS ? ", single step" : "",
          dr6 & DR6_BD ? ", detected" : "");
    CALL(set_debugreg, 7, 0);
    CALL(set_debugreg, 6, DR6_NONE);
    CALL(set_debugreg, 0, 0);
}

void print_debug(const char *name, uint64_t code, uint64_t rsp)
{
    print_seen(name, code, rsp);
    print_dr6(name);
}

void print_places(const char *name, uint64_t code)
{
    for (unsigned i = 0; i < nr_seen; i++)
        print("%s, %u: vector %lu at +%lu", name, i, seen[i].frame.vector,
              seen[i].frame.rip - code);
    print_dr6(name);
}

static void test_one(void)
{
    struct run_context context = user_context(snippet_ud);

    set_breakpoint(USER_ADDRESS(snippet_ud), ON);
    run_in_user(context);
    print_debug("breakpoint, user", context.rip, USER_STACK);
    set_breakpoint((uint64_t)snippet_ud, ON);
    run_in_kernel(snippet_ud, 0, false);
    print_debug("breakpoint, kernel", (uint64_t)snippet_ud,
                test_stack_end());
    set_breakpoint((uint64_t)snippet_ud, ON);
    run_in_kernel(snippet_ud, 0, true);
    print_debug("breakpoint, kernel, masked", (uint64_t)snippet_ud,
                test_stack_end());
    set_breakpoint(USER_ADDRESS(snippet_ud), 0);
    run_in_user(context);
    print_places("breakpoint that is off", context.rip);
}

/* The Resume flag lets an instruction pass; the frame of a fault has it. */
static void test_resume(void)
{
    struct run_context context = user_context(snippet_nops);

    set_breakpoint(context.rip, ON);
    context.rflags |= RFLAGS_RF;
    run_in_user(context);
    print_places("breakpoint passed, user", context.rip);
    go_on = 1;
    set_breakpoint(USER_ADDRESS(snippet_nops), ON);
    run_in_user(user_context(snippet_nops));
    go_on = 0;
    print("breakpoint returned from, user, flags: %s",
          seen[0].frame.rflags & RFLAGS_RF ? "RF" : "no RF");
    print_places("breakpoint returned from, user", context.rip);
    go_on = 1;
    set_breakpoint((uint64_t)snippet_nops, ON);
    run_in_kernel(snippet_nops, 0, false);
    go_on = 0;
    print_places("breakpoint returned from, kernel", (uint64_t)snippet_nops);
}

/* Two at one place, and one of a handler that masks events. */
static void test_more(void)
{
    uint64_t code = USER_ADDRESS(snippet_nops);

    CALL(set_debugreg, 3, code);
    set_breakpoint(code, ON | DR7_ON(3));
    run_in_user(user_context(snippet_nops));
    print_places("two breakpoints", code);
    CALL(set_debugreg, 3, code + 1);
    set_breakpoint(code, DR7_ON(3));
    run_in_user(user_context(snippet_nops));
    print_places("the second of two is on", code);
    CALL(set_debugreg, 3, 0);
    traps_install(4);
    set_breakpoint(code, ON);
    run_in_user(user_context(snippet_nops));
    print_debug("breakpoint, masking", code, USER_STACK);
    traps_install(0);
}

void test_breakpoints(void)
{
    test_one();
    test_resume();
    test_more();
}
