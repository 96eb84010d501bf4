/* SPDX-License-Identifier: MIT */
#include <machine/timer.h>

#include <machine/apic.h>
#include <machine/interrupt.h>
#include <machine/smp.h>
#include <machine/time.h>

static timer_expired *handlers[TIMERS];
static void (*set_clock)(uint64_t deadline) = apic_timer_set;

void timer_use(void (*set)(uint64_t deadline))
{
    set_clock = set;
}

void timer_register(enum timer timer, timer_expired *expired)
{
    handlers[timer] = expired;
}

/* An early interrupt costs less than a later deadline's reprogramming. */
static void program(struct cpu *cpu, uint64_t deadline)
{
    if (deadline && (!cpu->programmed || deadline < cpu->programmed)) {
        cpu->programmed = deadline;
        set_clock(deadline);
    }
}

void timer_set(enum timer timer, uint64_t deadline)
{
    struct cpu *cpu = this_cpu();

    __atomic_store_n(&cpu->deadlines[timer], deadline, __ATOMIC_RELAXED);
    if (timer != TIMER_REARM)
        program(cpu, deadline);
}

void timer_before_wait(struct cpu *cpu)
{
    program(cpu, cpu->deadlines[TIMER_REARM]);
}

void timer_set_on(struct cpu *cpu, enum timer timer, uint64_t deadline)
{
    if (cpu == this_cpu()) {
        timer_set(timer, deadline);
        return;
    }
    __atomic_store_n(&cpu->deadlines[timer], deadline, __ATOMIC_SEQ_CST);
    ipi_send_one(cpu->id, VECTOR_TIMER);
}

/* Another CPU may set it anew at this moment: then that one counts. */
static bool expire(struct cpu *cpu, enum timer timer, uint64_t deadline)
{
    return __atomic_compare_exchange_n(&cpu->deadlines[timer], &deadline,
                                       0, false, __ATOMIC_RELAXED,
                                       __ATOMIC_RELAXED);
}

/* Returns its deadline if that is still to come, or 0. */
static uint64_t serve(struct cpu *cpu, enum timer timer, uint64_t now)
{
    uint64_t deadline = __atomic_load_n(&cpu->deadlines[timer],
                                        __ATOMIC_RELAXED);

    if (deadline > now)
        return deadline;
    if (deadline && expire(cpu, timer, deadline))
        handlers[timer]();
    return 0;
}

/* What is set meanwhile has seen to its own interrupt. */
void timer_interrupt(void)
{
    struct cpu *cpu = this_cpu();
    uint64_t now = time_now();
    uint64_t first = 0;

    cpu->programmed = 0;
#pragma GCC unroll 8
    for (unsigned i = 0; i < TIMER_REARM; i++) {
        uint64_t deadline = serve(cpu, i, now);

        if (deadline && (!first || deadline < first))
            first = deadline;
    }
    serve(cpu, TIMER_REARM, now);
    program(cpu, first);
}
