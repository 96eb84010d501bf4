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

static uint64_t earliest(const struct cpu *cpu)
{
    uint64_t first = 0;

    for (unsigned i = 0; i < TIMERS; i++) {
        uint64_t deadline = __atomic_load_n(&cpu->deadlines[i],
                                            __ATOMIC_RELAXED);

        if (deadline && (!first || deadline < first))
            first = deadline;
    }
    return first;
}

/* An early interrupt costs less than a later deadline's reprogramming. */
static void program(struct cpu *cpu)
{
    uint64_t first = earliest(cpu);

    if (first && (!cpu->programmed || first < cpu->programmed)) {
        cpu->programmed = first;
        set_clock(first);
    }
}

void timer_set(enum timer timer, uint64_t deadline)
{
    struct cpu *cpu = this_cpu();

    __atomic_store_n(&cpu->deadlines[timer], deadline, __ATOMIC_RELAXED);
    program(cpu);
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
static bool expire(struct cpu *cpu, enum timer timer, uint64_t now)
{
    uint64_t deadline = __atomic_load_n(&cpu->deadlines[timer],
                                        __ATOMIC_RELAXED);

    return deadline && deadline <= now
           && __atomic_compare_exchange_n(&cpu->deadlines[timer], &deadline,
                                          0, false, __ATOMIC_RELAXED,
                                          __ATOMIC_RELAXED);
}

void timer_interrupt(void)
{
    struct cpu *cpu = this_cpu();
    uint64_t now = time_now();

    cpu->programmed = 0;
    for (unsigned i = 0; i < TIMERS; i++)
        if (expire(cpu, i, now))
            handlers[i]();
    program(cpu);
}
