/* SPDX-License-Identifier: MIT */
/* NMIs of the second vCPU's, while the first one runs a program. */
#include "second.h"

extern const char snippet_spin[];

/* Bytes there: it does; and it shall no more. */
#define PLACE USER_NO_EXEC
#define SPINS 0
#define ENDS  1

#define NESTED 3

static volatile char *const place = (char *)PLACE;

static unsigned nr_nmis, depth, deepest;

static unsigned nr_taken(void)
{
    return *(volatile unsigned *)&nr_seen;
}

/* Its handler returns by iret, which lets the next one in. */
static void send_nmi(void)
{
    while (!place[SPINS])
        __asm__ volatile ("pause");
    CALL(vcpu_op, VCPUOP_send_nmi, 0, 0);
    while (!nr_taken())
        __asm__ volatile ("pause");
    place[ENDS] = 1;
}

static void begin(void)
{
    place[SPINS] = place[ENDS] = 0;
    go_on = 1;
    second_begin(send_nmi);
}

/* Where in the loop it struck is a matter of luck; its end is known. */
static void end(const char *name, uint64_t code, uint64_t rsp)
{
    go_on = 0;
    second_finish(name);
    nr_seen = 1;
    if (seen[0].frame.rip - code < PAGE_SIZE)
        seen[0].frame.rip = code;
    print_seen(name, code, rsp);
}

static void test_user(const char *name)
{
    struct run_context context = user_context(snippet_spin);

    context.rax = PLACE;
    begin();
    run_in_user(context);
    end(name, context.rip, USER_STACK);
}

static void test_kernel(const char *name, bool masked)
{
    begin();
    run_in_kernel(snippet_spin, PLACE, masked);
    end(name, (uint64_t)snippet_spin, test_stack_end());
}

/* A handler that asks for the next. */
static bool nest(struct trap_frame *frame)
{
    if (frame->vector != 2)
        return false;
    if (++depth > deepest)
        deepest = depth;
    if (++nr_nmis <= NESTED)
        CALL(vcpu_op, VCPUOP_send_nmi, 0, 0);
    depth--;
    return true;
}

static void test_nested(void)
{
    on_trap = nest;
    report(CALL(vcpu_op, VCPUOP_send_nmi, 0, 0), "NMI, in its handler");
    print("NMI, in its handler, seen: %u", nr_nmis);
    print("NMI, in its handler, deepest: %u", deepest);
}

void test_user_nmi(void)
{
    run_init();
    test_user("NMI, user");
    test_kernel("NMI, kernel", false);
    test_kernel("NMI, kernel, masked", true);
    traps_install(4);
    test_user("NMI, user, masking");
    test_kernel("NMI, kernel, masking", false);
    traps_install(0);
    test_nested();
}
