/* SPDX-License-Identifier: MIT */
/* Watchpoints on data, the kernel's, a program's, and a hypercall's. */
#include "debug.h"

#include <xen/version.h>

#define X(name) extern const char snippet_##name[]
X(read); X(write); X(write_last); X(write_twice); X(push); X(move);

/* May be written in both modes, and be the end of a stack. */
#define PLACE (USER_NO_EXEC + PAGE_SIZE / 2)

static const struct {
    const char *name, *snippet;
    unsigned kind, size;
} cases[] = {
    { "write", snippet_write, WRITTEN, SIZE_4 },
    { "write to the last byte", snippet_write_last, WRITTEN, SIZE_8 },
    { "write behind the end", snippet_write_last, WRITTEN, SIZE_4 },
    { "read of what is watched for writes", snippet_read, WRITTEN, SIZE_1 },
    { "read", snippet_read, ACCESSED, SIZE_2 },
    { "write to what is watched for both", snippet_write, ACCESSED, SIZE_1 },
    { "push", snippet_push, WRITTEN, SIZE_8 },
    { "string", snippet_move, WRITTEN, SIZE_1 },
};

static void watch(unsigned kind, unsigned size)
{
    set_breakpoint(PLACE, DR7_ON(0) | DR7_KIND(0, kind, size));
}

static void try(unsigned i)
{
    struct run_context context = user_context(cases[i].snippet);

    context.rax = PLACE;
    watch(cases[i].kind, cases[i].size);
    run_in_user(context);
    print("watched: %s, user", cases[i].name);
    print_places("watched, user", context.rip);
    watch(cases[i].kind, cases[i].size);
    run_in_kernel(cases[i].snippet, PLACE, false);
    print("watched: %s, kernel", cases[i].name);
    print_places("watched, kernel", (uint64_t)cases[i].snippet);
}

static void test_frames(void)
{
    struct run_context context = user_context(snippet_write);

    context.rax = PLACE;
    watch(WRITTEN, SIZE_4);
    run_in_user(context);
    print_debug("watchpoint, user", context.rip, USER_STACK);
    watch(WRITTEN, SIZE_4);
    run_in_kernel(snippet_write, PLACE, false);
    print_debug("watchpoint, kernel", (uint64_t)snippet_write,
                test_stack_end());
    context = user_context(snippet_write_twice);
    context.rax = PLACE;
    go_on = 2;
    watch(WRITTEN, SIZE_1);
    run_in_user(context);
    go_on = 0;
    print_places("two writes", context.rip);
}

/* What touches it is no code of the kernel's. */
static void test_hypercalls(void)
{
    nr_seen = 0;
    go_on = 2;
    watch(WRITTEN, SIZE_1);
    report(CALL(xen_version, XENVER_capabilities, PLACE),
           "hypercall writes to what is watched");
    print("hypercall writes to what is watched, exceptions: %u", nr_seen);
    print_dr6("hypercall writes to what is watched");
    memset((void *)PLACE, 0, sizeof(trap_info_t));
    watch(ACCESSED, SIZE_1);
    report(CALL(set_trap_table, PLACE), "hypercall reads what is watched");
    print("hypercall reads what is watched, exceptions: %u", nr_seen);
    print_dr6("hypercall reads what is watched");
    go_on = 0;
    traps_install(0);
}

void test_watchpoints(void)
{
    test_frames();
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++)
        try(i);
    test_hypercalls();
}
