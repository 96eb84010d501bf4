/* SPDX-License-Identifier: MIT */
/* Several deadlines on a CPU's one clock, and others' on it. */
#include <string.h>

#include "unit_test.h"

#include <machine/cpu_area.h>
#include <machine/smp.h>
#include <machine/time.h>

/* Which CPU runs is the test's to say. */
static struct cpu cpus[2];
static struct cpu *running;

#define this_cpu() running
#include "../../src/machine/timer.c"

static uint64_t now, clock_set_to;
static unsigned clock_settings, interrupts_sent, fired[TIMERS];
static void (*meanwhile)(void);

uint64_t time_now(void)
{
    return now;
}

void ipi_send_one(unsigned cpu, unsigned vector)
{
    assert_ptr_equal(running, &cpus[1]);
    assert_int_equal(cpu, 0);
    (void)vector;
    interrupts_sent++;
}

static void set_clock_to(uint64_t deadline)
{
    clock_set_to = deadline;
    clock_settings++;
}

static void single_shot(void)
{
    fired[TIMER_SINGLESHOT]++;
}

static void rearm(void)
{
    fired[TIMER_REARM]++;
}

static void periodic(void)
{
    fired[TIMER_PERIODIC]++;
    timer_set(TIMER_PERIODIC, now + 100);
}

static void poll(void)
{
    fired[TIMER_POLL]++;
    if (meanwhile)
        meanwhile();
}

static int begin(void **state)
{
    (void)state;
    memset(cpus, 0, sizeof cpus);
    memset(fired, 0, sizeof fired);
    cpus[1].id = 1;
    running = &cpus[0];
    now = 1000;
    clock_set_to = clock_settings = interrupts_sent = 0;
    meanwhile = NULL;
    timer_use(set_clock_to);
    timer_register(TIMER_SINGLESHOT, single_shot);
    timer_register(TIMER_PERIODIC, periodic);
    timer_register(TIMER_POLL, poll);
    timer_register(TIMER_REARM, rearm);
    return 0;
}

static void interrupt_at(uint64_t time)
{
    now = time;
    timer_interrupt();
}

static void fires_once(void **state)
{
    (void)state;
    timer_set(TIMER_SINGLESHOT, 1500);
    assert_int_equal(clock_set_to, 1500);
    interrupt_at(1499);
    assert_int_equal(fired[TIMER_SINGLESHOT], 0);
    assert_int_equal(clock_set_to, 1500);
    assert_int_equal(clock_settings, 2);
    interrupt_at(1500);
    assert_int_equal(fired[TIMER_SINGLESHOT], 1);
    interrupt_at(1600);
    assert_int_equal(fired[TIMER_SINGLESHOT], 1);
    assert_int_equal(clock_settings, 2);
}

static void the_first_counts(void **state)
{
    (void)state;
    timer_set(TIMER_POLL, 3000);
    timer_set(TIMER_SINGLESHOT, 2000);
    assert_int_equal(clock_set_to, 2000);
    timer_set(TIMER_SINGLESHOT, 4000);
    assert_int_equal(clock_settings, 2);        /* it comes early instead */
    interrupt_at(2000);
    assert_int_equal(clock_set_to, 3000);
    interrupt_at(3000);
    assert_int_equal(fired[TIMER_POLL], 1);
    assert_int_equal(fired[TIMER_SINGLESHOT], 0);
    assert_int_equal(clock_set_to, 4000);
    interrupt_at(4000);
    assert_int_equal(fired[TIMER_SINGLESHOT], 1);
}

static void off_is_off(void **state)
{
    (void)state;
    timer_set(TIMER_POLL, 2000);
    timer_set(TIMER_SINGLESHOT, 2000);
    timer_set(TIMER_POLL, 0);
    timer_set(TIMER_SINGLESHOT, 0);
    interrupt_at(2000);
    assert_int_equal(fired[TIMER_POLL] + fired[TIMER_SINGLESHOT], 0);
    assert_int_equal(clock_settings, 1);
}

static void sets_itself_again(void **state)
{
    (void)state;
    timer_set(TIMER_PERIODIC, 1100);
    for (unsigned i = 1; i <= 5; i++) {
        assert_int_equal(clock_set_to, 1000 + 100 * i);
        interrupt_at(1000 + 100 * i);
        assert_int_equal(fired[TIMER_PERIODIC], i);
    }
}

/* TIMER_REARM waits for any other's interrupt, until the CPU has to wait. */
static void is_patient(void **state)
{
    (void)state;
    timer_set(TIMER_REARM, 2000);
    assert_int_equal(clock_settings, 0);
    timer_set(TIMER_SINGLESHOT, 2500);
    interrupt_at(1900);
    assert_int_equal(clock_set_to, 2500);
    interrupt_at(2500);
    assert_int_equal(fired[TIMER_REARM], 1);
    timer_set(TIMER_REARM, 3000);
    timer_before_wait(&cpus[0]);
    assert_int_equal(clock_set_to, 3000);
    interrupt_at(3000);
    assert_int_equal(fired[TIMER_REARM], 2);
}

static void far_ones_are_clipped(void **state)
{
    (void)state;
    timer_set(TIMER_SINGLESHOT, INT64_MAX);
    assert_int_equal(clock_set_to, 1ull << TIMER_LAST_BIT);
    assert_int_equal(timer_deadline(0), 1);
    assert_int_equal(timer_deadline(UINT64_MAX), 1);
    assert_int_equal(timer_deadline(2), 2);
}

static void other_cpu_sets_it(void)
{
    running = &cpus[1];
    timer_set_on(&cpus[0], TIMER_PERIODIC, 2100);
    running = &cpus[0];
}

static void by_another_cpu(void **state)
{
    (void)state;
    other_cpu_sets_it();
    assert_int_equal(interrupts_sent, 1);
    interrupt_at(1000);
    assert_int_equal(clock_set_to, 2100);
    interrupt_at(2100);
    assert_int_equal(fired[TIMER_PERIODIC], 1);
}

/* When this CPU has looked at that timer already: at its next interrupt. */
static void by_another_cpu_meanwhile(void **state)
{
    (void)state;
    timer_set(TIMER_POLL, 2000);
    meanwhile = other_cpu_sets_it;
    interrupt_at(2000);
    assert_int_equal(interrupts_sent, 1);
    interrupt_at(2001);
    assert_int_equal(clock_set_to, 2100);
    interrupt_at(2100);
    assert_int_equal(fired[TIMER_PERIODIC], 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(fires_once, begin),
        cmocka_unit_test_setup(the_first_counts, begin),
        cmocka_unit_test_setup(off_is_off, begin),
        cmocka_unit_test_setup(sets_itself_again, begin),
        cmocka_unit_test_setup(is_patient, begin),
        cmocka_unit_test_setup(far_ones_are_clipped, begin),
        cmocka_unit_test_setup(by_another_cpu, begin),
        cmocka_unit_test_setup(by_another_cpu_meanwhile, begin),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
