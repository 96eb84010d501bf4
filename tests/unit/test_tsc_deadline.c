/* SPDX-License-Identifier: MIT */
/* sources: src/machine/tsc_deadline.c */
/* Which CPUs need microcode for their TSC-deadline timer. */
#include "unit_test.h"

#include <machine/tsc_deadline.h>

static void some_need_it(void **state)
{
    (void)state;
    assert_int_equal(tsc_deadline_needs(0x306c3), 0x22);
    assert_int_equal(tsc_deadline_needs(0x306f2), 0x3a);
    assert_int_equal(tsc_deadline_needs(0x306f4), 0x0f);
    assert_int_equal(tsc_deadline_needs(0x406e3), 0xb2);
    assert_int_equal(tsc_deadline_needs(0x406f1), 0x0b000020);
    assert_int_equal(tsc_deadline_needs(0x50654), 0x02000014);
    assert_int_equal(tsc_deadline_needs(0x50663), 0x0700000e);
    assert_int_equal(tsc_deadline_needs(0x906e9), 0x52);
}

static void for_some_there_is_none(void **state)
{
    (void)state;
    assert_int_equal(tsc_deadline_needs(0x306f1), UINT32_MAX);
    assert_int_equal(tsc_deadline_needs(0x50652), UINT32_MAX);
}

/* Cascade Lake, Ice Lake, Sandy Bridge; AMD's Zen, by its family. */
static void others_need_none(void **state)
{
    (void)state;
    assert_int_equal(tsc_deadline_needs(0x50657), 0);
    assert_int_equal(tsc_deadline_needs(0x706e5), 0);
    assert_int_equal(tsc_deadline_needs(0x206a7), 0);
    assert_int_equal(tsc_deadline_needs(0x800f12), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(some_need_it),
        cmocka_unit_test(for_some_there_is_none),
        cmocka_unit_test(others_need_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
