/* SPDX-License-Identifier: MIT */
/* sources: src/machine/verw.c */
/* Which CPUs need VERW before programs, by what each says of itself. */
#include "unit_test.h"

#include <lib/console.h>
#include <machine/msr.h>
#include <machine/verw.h>

#define RTM       (1u << 11)
#define MD_CLEAR  (1u << 10)

#define NO_MDS    (1ul << 5)
#define NO_TAA    (1ul << 8)
#define NO_MMIO   (7ul << 13)
#define FB_CLEAR  (1ul << 17)
#define NO_RFDS   (1ul << 27)
#define RFDS      (1ul << 28)

void printk(const char *format, ...)
{
    (void)format;
}

bool msr_read(uint32_t msr, uint64_t *value)
{
    (void)msr;
    *value = 0;
    return false;
}

static bool intel(uint32_t ebx, uint32_t edx, uint64_t capabilities)
{
    struct verw_facts facts = {
        .leaf_7 = { .ebx = ebx, .edx = edx },
        .arch_capabilities = capabilities,
    };

    return verw_clears(&facts);
}

static bool amd(uint32_t eax, uint32_t ecx)
{
    struct verw_facts facts = {
        .leaf_80000021 = { .eax = eax, .ecx = ecx },
    };

    return verw_clears(&facts);
}

static void skylake(void **state)
{
    (void)state;
    assert_true(intel(RTM, MD_CLEAR, 0));
    assert_true(intel(0, MD_CLEAR, 0));
    assert_false(intel(RTM, 0, 0));             /* old microcode */
}

static void cascade_lake(void **state)
{
    (void)state;
    assert_true(intel(RTM, MD_CLEAR, NO_MDS));
    assert_false(intel(0, MD_CLEAR, NO_MDS));
    assert_true(intel(0, MD_CLEAR, NO_MDS | FB_CLEAR));
}

static void ice_lake_and_sapphire_rapids(void **state)
{
    (void)state;
    assert_true(intel(RTM, MD_CLEAR, NO_MDS | NO_TAA | FB_CLEAR));
    assert_true(intel(RTM, MD_CLEAR, NO_MDS | NO_TAA | FB_CLEAR
                                     | (NO_MMIO & ~(1ul << 14))));
    assert_false(intel(RTM, MD_CLEAR, NO_MDS | NO_TAA | FB_CLEAR | NO_MMIO));
}

static void alder_lake(void **state)
{
    uint64_t before = NO_MDS | NO_TAA | FB_CLEAR | NO_MMIO;

    (void)state;
    assert_true(intel(0, MD_CLEAR, before | RFDS));
    assert_false(intel(0, MD_CLEAR, before | RFDS | NO_RFDS));
}

static void zen(void **state)
{
    (void)state;
    assert_false(amd(0, 0));                    /* Zen 2, old microcode */
    assert_true(amd(1u << 5, 0));               /* Zen 4 */
    assert_true(amd(1u << 5, 1u << 1));
    assert_false(amd(1u << 5, 3u << 1));        /* Zen 5 */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(skylake),
        cmocka_unit_test(cascade_lake),
        cmocka_unit_test(ice_lake_and_sapphire_rapids),
        cmocka_unit_test(alder_lake),
        cmocka_unit_test(zen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
