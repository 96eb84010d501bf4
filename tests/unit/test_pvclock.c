/* SPDX-License-Identifier: MIT */
/* sources: src/machine/pvclock.c */
/* libraries: -lpthread */
/* System time from a structure that a hypervisor writes meanwhile. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>

#include <machine/pvclock.h>
#include <machine/x86.h>

#define SECOND 1000000000ull

/* At `ticks` before now; ns = ticks shifted * multiplier >> 32. */
static struct vcpu_time_info started(uint64_t ticks, uint32_t multiplier,
                                     int8_t shift)
{
    return (struct vcpu_time_info){
        .version = 2, .tsc_timestamp = rdtsc() - ticks,
        .system_time = 5 * SECOND, .tsc_to_system_mul = multiplier,
        .tsc_shift = shift,
    };
}

/* It takes less than a second to ask. */
static void assert_second(const struct vcpu_time_info *time, uint64_t second)
{
    uint64_t now = pvclock_now(time);

    assert_in_range(now, second * SECOND, (second + 1) * SECOND);
}

static void ticks_become_ns(void **state)
{
    struct vcpu_time_info same = started(7 * SECOND, 0x80000000, 1);
    struct vcpu_time_info half = started(8 * SECOND, 0xffffffff, -1);
    struct vcpu_time_info none = started(0, 0x40000000, 0);

    (void)state;
    assert_second(&same, 12);
    assert_in_range(pvclock_now(&half), 8 * SECOND, 10 * SECOND);
    assert_second(&none, 5);
}

/* So much that 64 bits of product wouldn't do. */
static void years_are_no_problem(void **state)
{
    uint64_t ticks = 1ull << 60;
    struct vcpu_time_info time = started(ticks, 0x80000000, 0);

    (void)state;
    assert_in_range(pvclock_now(&time) - 5 * SECOND, ticks / 2,
                    ticks / 2 + SECOND);
}

/* Its TSC is ahead of ours by less than matters, not behind by ages. */
static void another_cpus_may_be_ahead(void **state)
{
    struct vcpu_time_info time = started(-(1ull << 40), 0x80000000, 1);

    (void)state;
    assert_int_equal(pvclock_now(&time), 5 * SECOND);
}

#define WRITES 200000

/* As KVM does: odd while it's written; both fields always the same. */
static void *write_often(void *argument)
{
    volatile struct vcpu_time_info *time = argument;

    for (uint32_t i = 1; i <= WRITES; i++) {
        __atomic_store_n(&time->version, 2 * i - 1, __ATOMIC_SEQ_CST);
        time->tsc_timestamp = i;
        time->system_time = i;
        __atomic_store_n(&time->version, 2 * i, __ATOMIC_SEQ_CST);
    }
    return NULL;
}

static void nothing_half_written_is_read(void **state)
{
    struct vcpu_time_info time = { 0 }, copy;
    pthread_t writer;

    (void)state;
    assert_int_equal(pthread_create(&writer, NULL, write_often, &time), 0);
    do {
        copy = pvclock_read(&time);
        assert_int_equal(copy.version & 1, 0);
        assert_int_equal(copy.tsc_timestamp, copy.system_time);
        assert_int_equal(copy.system_time, copy.version / 2);
    } while (copy.version != 2 * WRITES);
    pthread_join(writer, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ticks_become_ns),
        cmocka_unit_test(years_are_no_problem),
        cmocka_unit_test(another_cpus_may_be_ahead),
        cmocka_unit_test(nothing_half_written_is_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
