/* SPDX-License-Identifier: MIT */
#include <machine/timer.h>

#include <machine/interrupt.h>
#include <machine/smp.h>
#include <machine/time.h>

static timer_expired *handlers[TIMERS];
void (*timer_set_clock)(uint64_t deadline);

void timer_use(void (*set)(uint64_t deadline))
{
    timer_set_clock = set;
}

void timer_register(enum timer timer, timer_expired *expired)
{
    handlers[timer] = expired;
}

/* 0 is off, so later than any other; the same with those that follow. */
static uint64_t earlier(uint64_t a, uint64_t b)
{
    return a - 1 < b - 1 ? a : b;
}

static bool is_due(uint64_t deadline, uint64_t now)
{
    return deadline - 1 < now;
}

/* An early interrupt costs less than a later deadline's reprogramming. */
static void program(struct cpu *cpu, uint64_t deadline)
{
    if (deadline - 1 < cpu->programmed - 1) {
        cpu->programmed = deadline;
        timer_set_clock(deadline);
    }
}

/* Past: whenever timer_interrupt() looks. */
#define AT_ONCE 1

#define LAST (1ull << TIMER_LAST_BIT)

void timer_set(enum timer timer, uint64_t deadline)
{
    struct cpu *cpu = this_cpu();

    if (deadline > LAST)
        deadline = LAST;
    cpu->deadlines[timer] = deadline;
    if (timer != TIMER_SINGLESHOT)
        cpu->others_due = AT_ONCE;
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
    if (deadline > LAST)
        deadline = LAST;
    __atomic_store_n(&cpu->deadlines[timer], deadline, __ATOMIC_SEQ_CST);
    __atomic_store_n(&cpu->others_due, AT_ONCE, __ATOMIC_SEQ_CST);
    ipi_send_one(cpu->id, VECTOR_TIMER);
}

/* A word that another CPU may set at this moment: then that counts. */
static bool set_unless_changed(uint64_t *word, uint64_t old, uint64_t new)
{
    return __atomic_compare_exchange_n(word, &old, new, false,
                                       __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

/* Returns its deadline if that is still to come, or 0. */
static uint64_t serve(struct cpu *cpu, enum timer timer, uint64_t now)
{
    uint64_t deadline = __atomic_load_n(&cpu->deadlines[timer],
                                        __ATOMIC_SEQ_CST);

    if (deadline > now)
        return deadline;
    if (deadline && set_unless_changed(&cpu->deadlines[timer], deadline, 0))
        handlers[timer]();
    return 0;
}

/* All but TIMER_SINGLESHOT. */
static __attribute__((noinline))
void serve_others(struct cpu *cpu, uint64_t now)
{
    uint64_t first = 0;

    __atomic_store_n(&cpu->others_due, 0, __ATOMIC_SEQ_CST);
    for (enum timer timer = TIMER_PERIODIC; timer < TIMER_REARM; timer++)
        first = earlier(first, serve(cpu, timer, now));
    cpu->first_other = first;
    first = earlier(first, serve(cpu, TIMER_REARM, now));
    set_unless_changed(&cpu->others_due, 0, first);
}

/* What is set meanwhile has seen to its own interrupt. */
void timer_interrupt(void)
{
    struct cpu *cpu = this_cpu();
    uint64_t now = time_now();

    cpu->programmed = 0;
    if (is_due(__atomic_load_n(&cpu->others_due, __ATOMIC_RELAXED), now))
        serve_others(cpu, now);
    if (is_due(cpu->deadlines[TIMER_SINGLESHOT], now)) {
        cpu->deadlines[TIMER_SINGLESHOT] = 0;
        handlers[TIMER_SINGLESHOT]();
    }
    program(cpu, earlier(cpu->deadlines[TIMER_SINGLESHOT],
                         cpu->first_other));
}
