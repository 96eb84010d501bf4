/* SPDX-License-Identifier: MIT */
/* sources: src/hypercall/xenpmu_intel.c src/hypercall/xenpmu_amd.c */
/* Performance counters to a context and back, on a CPU that is made up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <xen/xen.h>
#include <xen/pmu.h>

#include <hypercall/xenpmu.h>
#include <machine/msr.h>

#define NR_MSRS 64
#define UNTOUCHED 0x5a

static struct {
    uint32_t msr;
    uint64_t value;
} msrs[NR_MSRS];
static unsigned nr_msrs, nr_written;

/* What this CPU says, and the value that it takes for none of its MSRs. */
static struct cpuid_leaf basic, extended, counters;
static uint64_t refused;

static struct cpuid_leaf ask(uint32_t leaf, uint32_t subleaf)
{
    assert_int_equal(subleaf, 0);
    return leaf == 1 ? basic : leaf == 0xa ? counters
           : leaf == 0x80000001 ? extended : (struct cpuid_leaf){ 0 };
}

/* Its place, or one behind all that there are. */
static unsigned find(uint32_t msr)
{
    unsigned i = 0;

    while (i < nr_msrs && msrs[i].msr != msr)
        i++;
    return i;
}

static void has(uint32_t msr, uint64_t value)
{
    unsigned i = find(msr);

    assert_true(i < NR_MSRS);
    nr_msrs += i == nr_msrs;
    msrs[i].msr = msr;
    msrs[i].value = value;
}

static uint64_t value_of(uint32_t msr)
{
    unsigned i = find(msr);

    assert_true(i < nr_msrs);
    return msrs[i].value;
}

bool msr_read(uint32_t msr, uint64_t *value)
{
    unsigned i = find(msr);

    *value = i < nr_msrs ? msrs[i].value : 0;
    return i < nr_msrs;
}

bool msr_write(uint32_t msr, uint64_t value)
{
    if (find(msr) == nr_msrs || value == refused)
        return false;
    has(msr, value);
    nr_written++;
    return true;
}

/* The page that the kernel shares; what has no meaning stays as it is. */
static union {
    struct xen_pmu_data data;
    uint8_t bytes[PAGE_SIZE];
} page;

static struct xen_pmu_amd_ctxt *const amd = &page.data.pmu.c.amd;
static struct xen_pmu_intel_ctxt *const intel = &page.data.pmu.c.intel;

static int begin(void **state)
{
    (void)state;
    nr_msrs = nr_written = 0;
    refused = UINT64_MAX;
    basic = extended = counters = (struct cpuid_leaf){ 0 };
    memset(&page, UNTOUCHED, sizeof page);
    return 0;
}

static void assert_untouched_behind(const void *end)
{
    for (const uint8_t *byte = end; byte < page.bytes + sizeof page; byte++)
        assert_int_equal(*byte, UNTOUCHED);
}

static void assert_why(const struct xenpmu_vendor *vendor, const char *why)
{
    const char *found = vendor->find(ask);

    if (why)
        assert_string_equal(found, why);
    else
        assert_null(found);
}

/* As Skylake, with so many general and fixed ones. */
static void make_intel(unsigned general, unsigned fixed, uint32_t version)
{
    counters.eax = version | general << 8 | 48 << 16;
    counters.edx = fixed | 48 << 5;
    basic.ecx = 1u << 15;
    has(0x345, 1u << 13);
    has(0x38d, 0xb0b);
    has(0x38e, 0x100000001);
    has(0x38f, 0x70000000f);
    has(0x390, 0);
    for (unsigned i = 0; i < fixed; i++)
        has(0x309 + i, 0xf100000000 + i);
    for (unsigned i = 0; i < general; i++) {
        has(0x0c1 + i, 0xc100000000 + i);
        has(0x4c1 + i, 0);
        has(0x186 + i, 0x4300c0 + i);
    }
}

static void intel_is_found(void **state)
{
    (void)state;
    assert_why(&xenpmu_intel, "this CPU has none of version 2 or later");
    make_intel(2, 0, 1);
    assert_why(&xenpmu_intel, "this CPU has none of version 2 or later");
    make_intel(11, 3, 5);
    assert_why(&xenpmu_intel, "this CPU has more than are known");
    make_intel(8, 17, 5);
    assert_why(&xenpmu_intel, "this CPU has more than are known");
    make_intel(4, 3, 2);
    assert_why(&xenpmu_intel, NULL);
    nr_msrs = 0;
    assert_why(&xenpmu_intel, "their MSRs are not there");
}

static void intel_is_saved(void **state)
{
    const struct xen_pmu_cntr_pair *pairs = (void *)&intel->regs[3];

    (void)state;
    make_intel(4, 3, 4);
    assert_why(&xenpmu_intel, NULL);
    xenpmu_intel.lay_out(&page.data.pmu);
    assert_int_equal(intel->fixed_counters, 64);
    assert_int_equal(intel->arch_counters, 64 + 3 * 8);
    xenpmu_intel.save(&page.data.pmu);
    assert_int_equal(value_of(0x38f), 0);
    assert_int_equal(intel->global_ctrl, 0x70000000f);
    assert_int_equal(intel->global_status, 0x100000001);
    assert_int_equal(intel->global_ovf_ctrl, 0);
    assert_int_equal(intel->fixed_ctrl, 0xb0b);
    for (unsigned i = 0; i < 3; i++)
        assert_int_equal(intel->regs[i], 0xf100000000 + i);
    for (unsigned i = 0; i < 4; i++) {
        assert_int_equal(pairs[i].counter, 0xc100000000 + i);
        assert_int_equal(pairs[i].control, 0x4300c0 + i);
    }
    assert_untouched_behind(&pairs[4]);
}

/* What the kernel has changed, by the registers that take all of it. */
static void intel_is_loaded(void **state)
{
    struct xen_pmu_cntr_pair *pairs = (void *)&intel->regs[3];

    intel_is_saved(state);
    /* It is free to spoil them. */
    intel->fixed_counters = intel->arch_counters = 0xfffffff0;
    intel->global_ovf_ctrl = 0x100000001;
    intel->regs[0] = 0xffff00001234;
    pairs[3].counter = 0xffff00005678;
    nr_written = 0;
    assert_true(xenpmu_intel.load(&page.data.pmu));
    assert_int_equal(nr_written, 1 + 3 + 2 * 4 + 3);
    assert_int_equal(value_of(0x309), 0xffff00001234);
    assert_int_equal(value_of(0x30b), 0xf100000002);
    assert_int_equal(value_of(0x4c4), 0xffff00005678);
    assert_int_equal(value_of(0x189), 0x4300c3);
    assert_int_equal(value_of(0x38d), 0xb0b);
    assert_int_equal(value_of(0x390), 0x100000001);
    assert_int_equal(value_of(0x38f), 0x70000000f);
}

static void intel_without_full_width(void **state)
{
    (void)state;
    make_intel(4, 3, 2);
    basic.ecx = 0;
    assert_why(&xenpmu_intel, NULL);
    xenpmu_intel.save(&page.data.pmu);
    intel->regs[3] = 0xffffffff80001234;
    assert_true(xenpmu_intel.load(&page.data.pmu));
    assert_int_equal(value_of(0x0c1), 0xffffffff80001234);
    assert_int_equal(value_of(0x4c1), 0);
}

/* Whatever it is that the CPU refuses: none of them counts. */
static void intel_is_refused(void **state)
{
    uint64_t *const words[] = {
        &intel->global_ctrl, &intel->global_ovf_ctrl, &intel->fixed_ctrl,
        &intel->regs[2], &intel->regs[3], &intel->regs[10],
    };

    intel_is_saved(state);
    refused = 0xbadbadbad;
    for (unsigned i = 0; i < sizeof words / sizeof *words; i++) {
        uint64_t good = *words[i];

        *words[i] = refused;
        assert_false(xenpmu_intel.load(&page.data.pmu));
        assert_int_equal(value_of(0x38f), 0);
        *words[i] = good;
    }
    assert_true(xenpmu_intel.load(&page.data.pmu));
}

/* CPUID is the first core's; this one lacks the last two general ones. */
static void intel_hybrid(void **state)
{
    const struct xen_pmu_cntr_pair *pairs = (void *)&intel->regs[4];

    (void)state;
    make_intel(6, 3, 5);
    counters.eax = 5 | 8 << 8 | 48 << 16;
    counters.edx = 4;
    assert_why(&xenpmu_intel, NULL);
    xenpmu_intel.save(&page.data.pmu);
    assert_int_equal(intel->regs[3], 0);
    assert_int_equal(pairs[5].counter, 0xc100000005);
    assert_int_equal(pairs[6].counter | pairs[7].control, 0);
    assert_true(xenpmu_intel.load(&page.data.pmu));
    assert_int_equal(value_of(0x38f), 0x70000000f);
    assert_int_equal(value_of(0x4c6), 0xc100000005);
}

static void make_amd(uint32_t version, bool core)
{
    unsigned nr = core ? 6 : 4, step = core ? 2 : 1;
    uint32_t ctl = core ? 0xc0010200 : 0xc0010000;
    uint32_t ctr = core ? 0xc0010201 : 0xc0010004;

    basic.eax = version;
    extended.ecx = core ? 1u << 23 : 0;
    for (unsigned i = 0; i < nr; i++) {
        has(ctl + i * step, 0x530076 + i);
        has(ctr + i * step, 0xc10000000000 + i);
    }
}

static void amd_is_found(void **state)
{
    (void)state;
    make_amd(0x00020fc2, false);                /* family 0xf */
    assert_why(&xenpmu_amd, "this CPU's family is too old");
    make_amd(0x00100f43, false);
    assert_why(&xenpmu_amd, NULL);
    nr_msrs = 0;
    assert_why(&xenpmu_amd, "their MSRs are not there");
    make_amd(0x00800f12, true);
    assert_why(&xenpmu_amd, NULL);
}

static void check_amd(unsigned nr, uint32_t ctl, uint32_t ctr, unsigned step)
{
    xenpmu_amd.lay_out(&page.data.pmu);
    assert_int_equal(amd->counters, 8);
    assert_int_equal(amd->ctrls, 8 + nr * 8);
    xenpmu_amd.save(&page.data.pmu);
    for (unsigned i = 0; i < nr; i++) {
        assert_int_equal(amd->regs[i], 0xc10000000000 + i);
        assert_int_equal(amd->regs[nr + i], 0x530076 + i);
        assert_int_equal(value_of(ctl + i * step), 0);
    }
    assert_untouched_behind(&amd->regs[2 * nr]);
    amd->counters = amd->ctrls = 0xfffffff0;
    amd->regs[nr - 1] = 0xffff00001234;
    amd->regs[nr] = 0x5300c0;
    assert_true(xenpmu_amd.load(&page.data.pmu));
    assert_int_equal(value_of(ctr + (nr - 1) * step), 0xffff00001234);
    assert_int_equal(value_of(ctl), 0x5300c0);
    assert_int_equal(value_of(ctl + (nr - 1) * step), 0x530076 + nr - 1);
}

static void amd_legacy(void **state)
{
    (void)state;
    make_amd(0x00100f43, false);
    assert_why(&xenpmu_amd, NULL);
    check_amd(4, 0xc0010000, 0xc0010004, 1);
}

static void amd_core(void **state)
{
    (void)state;
    make_amd(0x00800f12, true);
    assert_why(&xenpmu_amd, NULL);
    check_amd(6, 0xc0010200, 0xc0010201, 2);
}

static void amd_is_refused(void **state)
{
    amd_core(state);
    refused = 0xbadbadbad;
    for (unsigned i = 0; i < 12; i++) {
        uint64_t good = amd->regs[i];

        amd->regs[i] = refused;
        assert_false(xenpmu_amd.load(&page.data.pmu));
        for (unsigned ctl = 0; ctl < 6; ctl++)
            assert_int_equal(value_of(0xc0010200 + 2 * ctl), 0);
        amd->regs[i] = good;
    }
    assert_true(xenpmu_amd.load(&page.data.pmu));
}

#define TEST(function) cmocka_unit_test_setup(function, begin)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(intel_is_found),
        TEST(intel_is_saved),
        TEST(intel_is_loaded),
        TEST(intel_without_full_width),
        TEST(intel_is_refused),
        TEST(intel_hybrid),
        TEST(amd_is_found),
        TEST(amd_legacy),
        TEST(amd_core),
        TEST(amd_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
