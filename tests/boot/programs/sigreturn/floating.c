/* SPDX-License-Identifier: MIT */
/* The floating-point part of a frame: kept, changed, damaged. */
#define _GNU_SOURCE
#include "common/fault.h"
#include "sigreturn.h"

#include <sys/ucontext.h>

static uint64_t pattern[2] __attribute__((used, aligned(16))) = {
    0x1111222233334444, 0x5555666677778888,
};

static uint64_t load_trap_store(void)
{
    uint64_t result;
    asm volatile("movaps pattern(%%rip), %%xmm5\n\t" MARK "ud2\n\t"
                 "movq %%xmm5, %0" : "=r"(result) : : "rax", "xmm5", "memory");
    return result;
}

static void disturb(int signal_number, siginfo_t *information, void *context)
{
    ucontext_t *user = context;
    (void)signal_number;
    (void)information;
    asm volatile("pxor %%xmm5, %%xmm5\n\tfninit\n\tfld1" : : : "xmm5");
    user->uc_mcontext.gregs[REG_RIP] += 2;
}

static void kept(void)
{
    handle(SIGILL, disturb);
    observe_here("%#llx", (unsigned long long)load_trap_store());
}

static void change_state(int signal_number, siginfo_t *information,
                         void *context)
{
    ucontext_t *user = context;
    disturb(signal_number, information, context);
    user->uc_mcontext.fpregs->_xmm[5].element[0] = 0xabcd;
}

static void changed(void)
{
    handle(SIGILL, change_state);
    observe_here("%#llx", (unsigned long long)load_trap_store());
}

static void drop_state(int signal_number, siginfo_t *information,
                       void *context)
{
    ucontext_t *user = context;
    disturb(signal_number, information, context);
    user->uc_mcontext.fpregs = NULL;
}

/* Without the state the registers are initialised. */
static void dropped(void)
{
    handle(SIGILL, drop_state);
    observe_here("%#llx", (unsigned long long)load_trap_store());
}

static void set_reserved_bit(int signal_number, siginfo_t *information,
                             void *context)
{
    ucontext_t *user = context;
    disturb(signal_number, information, context);
    user->uc_mcontext.fpregs->mxcsr |= 1u << 31;
}

static void reserved_control(void)
{
    expect_fault(0);
    handle(SIGILL, set_reserved_bit);
    observe_here("%#llx", (unsigned long long)load_trap_store());
}

static void misplace(int signal_number, siginfo_t *information, void *context)
{
    ucontext_t *user = context;
    disturb(signal_number, information, context);
    user->uc_mcontext.fpregs = (void *)0x1000;
}

static void misplaced(void)
{
    expect_fault(0);
    handle(SIGILL, misplace);
    observe_here("%#llx", (unsigned long long)load_trap_store());
}

void check_floating_point_frames(void)
{
    check("floating-kept", kept);
    check("floating-changed", changed);
    check("floating-dropped", dropped);
    check("floating-reserved", reserved_control);
    check("floating-misplaced", misplaced);
}
