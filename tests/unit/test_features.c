/* SPDX-License-Identifier: MIT */
/* sources: src/machine/features.c */
/* What a kernel is shown of CPUs with performance counters. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <lib/console.h>
#include <lib/panic.h>
#include <machine/features.h>
#include <machine/tsc_sync.h>

void printk(const char *format, ...)
{
    (void)format;
}

void panic(const char *format, ...)
{
    fail_msg("panic: %s", format);
    __builtin_unreachable();
}

bool tsc_sync_is_good(void)
{
    return true;
}

static const struct cpuid_leaf all = { ~0u, ~0u, ~0u, ~0u };

static struct cpuid_leaf shown(uint32_t leaf, uint32_t subleaf,
                               struct cpuid_leaf hardware)
{
    features_hide(leaf, subleaf, &hardware);
    return hardware;
}

static void assert_none(struct cpuid_leaf leaf)
{
    assert_int_equal(leaf.eax | leaf.ebx | leaf.ecx | leaf.edx, 0);
}

/* The 6 counters of AMD's stay shown, as they were before there was vpmu. */
static void without_counters(void **state)
{
    (void)state;
    features.pmu_shown = false;
    assert_none(shown(0xa, 0, all));
    assert_true(shown(0x80000001, 0, all).ecx & 1u << 23);
    assert_int_equal(shown(0x80000022, 0, all).eax, ~0u);
    assert_true(shown(7, 0, all).edx & 1u << 19);
    assert_true(shown(7, 1, all).eax & 1u << 8);
}

static void with_counters(void **state)
{
    struct cpuid_leaf icelake = { 0x08300805, 0, 0xf, 0x8604 };
    struct cpuid_leaf core2 = { 0x07280202, 0, 0, 0x0503 };

    (void)state;
    features.pmu_shown = true;
    assert_int_equal(shown(0xa, 0, core2).eax, 0x07280202);
    assert_int_equal(shown(0xa, 0, icelake).eax, 0x08300803);
    assert_int_equal(shown(0xa, 0, icelake).ecx, 0xf);
    assert_int_equal(shown(0xa, 0, icelake).edx, 0x8604);
    assert_false(shown(7, 0, all).edx & 1u << 19);
    assert_false(shown(7, 1, all).eax & 1u << 8);
    assert_false(shown(0x80000001, 0, all).ecx & 1u << 23);
    assert_none(shown(0x80000022, 0, all));
}

/* What goes by PERF_CAPABILITIES or the debug store is in no context. */
static void never(void **state)
{
    (void)state;
    for (unsigned on = 0; on < 2; on++) {
        features.pmu_shown = on;
        assert_false(shown(1, 0, all).ecx & 1u << 15);
        assert_false(shown(1, 0, all).edx & 1u << 21);
        assert_false(shown(0x80000001, 0, all).ecx & 1u << 10);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_counters),
        cmocka_unit_test(with_counters),
        cmocka_unit_test(never),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
