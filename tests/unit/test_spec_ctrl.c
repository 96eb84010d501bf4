/* SPDX-License-Identifier: MIT */
/* sources: src/boot/spec_ctrl.c src/lib/command_line.c src/lib/number.c */
/* Whether VERW may be used, as xen.gz's spec-ctrl says it. */
#include <stdio.h>
#include <string.h>

#include <boot/spec_ctrl.h>
#include <lib/console.h>

#include "unit_test.h"

static char logged[256];

void printk(const char *format, ...)
{
    size_t used = strlen(logged);
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(logged + used, sizeof logged - used, format, arguments);
    va_end(arguments);
}

static bool verw(const char *value)
{
    *logged = '\0';
    return spec_ctrl_verw(value);
}

static void on(void **state)
{
    static const char *const values[] = {
        "", "verw", "md-clear=yes", "no,verw", "no-verw,md-clear=1", ",",
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
        assert_true(verw(values[i]));
        assert_string_equal(logged, "");
    }
}

static void off(void **state)
{
    static const char *const values[] = {
        "no", "off", "0", "false", "no-verw", "verw=0", "no-md-clear",
        "md-clear=off", "verw,no",
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
        assert_false(verw(values[i]));
        assert_string_equal(logged, "");
    }
}

/* Of what isn't microxen's it says so, and goes on; so with what is cut. */
static void others(void **state)
{
    char longer[200];

    (void)state;
    assert_false(verw("bti-thunk=jmp,no-verw,xen"));
    assert_non_null(strstr(logged, "\"bti-thunk=jmp\" changes nothing"));
    assert_non_null(strstr(logged, "\"xen\" changes nothing"));
    assert_true(verw("verw=maybe"));
    assert_non_null(strstr(logged, "\"verw=maybe\""));
    memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    assert_true(verw(longer));
    assert_non_null(strstr(logged, "xxx"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(on),
        cmocka_unit_test(off),
        cmocka_unit_test(others),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
