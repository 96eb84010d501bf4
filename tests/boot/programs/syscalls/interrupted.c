/* SPDX-License-Identifier: MIT */
/*
 * Registers over interrupts that a program doesn't ask for: timer interrupts,
 * preemption by another process, signals.
 */
#define _GNU_SOURCE
#include "common/check.h"
#include "common/registers.h"
#include "syscalls.h"

#include <sys/time.h>

static volatile int ticks;
volatile uint32_t rounds;

/* Changes every register that a handler may. */
static void disturb(int signal_number)
{
    (void)signal_number;
    ticks++;
    asm volatile("pcmpeqd %%xmm0, %%xmm0\n\tpcmpeqd %%xmm7, %%xmm7\n\t"
                 "pcmpeqd %%xmm15, %%xmm15\n\tmov $-1, %%r15\n\tstd\n\tcld"
                 : : : "xmm0", "xmm7", "xmm15", "r15", "cc");
}

static void spin_and_compare(void)
{
    char text[200];
    rounds = 50000000;
    REGISTERS_OVER(text, "1:\tdecl rounds(%%rip)\n\tjnz 1b\n\t"
                   "push $0x246\n\tpopfq");
    observe_here("%s", text);
}

static void over_interrupts(void)
{
    spin_and_compare();
}

static void over_preemption(void)
{
    enum { RIVALS = 3 };
    run_on_first_cpu();
    for (int i = 0; i < RIVALS; i++)
        if (fork() == 0)
            for (;;)
                asm volatile("pcmpeqd %%xmm3, %%xmm3" : : : "xmm3");
    spin_and_compare();
}

static void over_signals(void)
{
    struct sigaction action = { .sa_handler = disturb };
    struct itimerval value = { { 0, 1000 }, { 0, 1000 } };
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &value, NULL);
    spin_and_compare();
    observe_here("signals: %s", ticks > 3 ? "many" : "few");
}

void check_interrupted_registers(void)
{
    check("over-interrupts", over_interrupts);
    check("over-preemption", over_preemption);
    check("over-signals", over_signals);
}
