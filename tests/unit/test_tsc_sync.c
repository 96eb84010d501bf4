/* SPDX-License-Identifier: MIT */
/* sources: src/machine/tsc_sync.c */
/* How far two TSCs are apart, from questions and answers between CPUs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <machine/features.h>
#include <machine/kvm_clock.h>
#include <machine/smp.h>
#include <machine/time.h>
#include <machine/tsc_sync.h>

struct features features;

void printk(const char *format, ...);

void printk(const char *format, ...)
{
    (void)format;
}

void halt_once(void)
{
}

void ipi_send_one(unsigned cpu, unsigned vector)
{
    (void)cpu;
    (void)vector;
}

bool kvm_clock_is_used(void)
{
    return false;
}

uint64_t time_now(void)
{
    return 0;
}

uint64_t time_ticks(uint64_t ns)
{
    return ns;
}

static void same(void **state)
{
    static const struct tsc_round rounds[] = {
        { 1000, 1900, 2000 }, { 3000, 3010, 3100 }, { 5000, 5040, 5050 },
    };

    (void)state;
    assert_int_equal(tsc_sync_offset(rounds, 3), 0);
}

static void ahead_and_behind(void **state)
{
    static const struct tsc_round ahead[] = {
        { 1000, 9000, 4000 }, { 5000, 6050, 5100 }, { 7000, 9000, 8000 },
    };
    static const struct tsc_round behind[] = { { 5000, 4050, 5100 } };

    (void)state;
    assert_int_equal(tsc_sync_offset(ahead, 3), 1000);
    assert_int_equal(tsc_sync_offset(behind, 1), -1000);
}

/* An answer that took a CPU's time slice says nothing. */
static void slow_rounds_do_not_count(void **state)
{
    static const struct tsc_round rounds[] = {
        { 1000, 900000, 1000000 }, { 2000000, 2000045, 2000100 },
    };

    (void)state;
    assert_int_equal(tsc_sync_offset(rounds, 2), 0);
}

static void around_zero(void **state)
{
    static const struct tsc_round rounds[] = { { 100, UINT64_MAX - 99, 200 } };

    (void)state;
    assert_int_equal(tsc_sync_offset(rounds, 1), -250);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same),
        cmocka_unit_test(ahead_and_behind),
        cmocka_unit_test(slow_rounds_do_not_count),
        cmocka_unit_test(around_zero),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
