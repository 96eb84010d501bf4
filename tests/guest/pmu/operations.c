/* SPDX-License-Identifier: MIT */
#include "pmu.h"

#define NO_MFN 0x000fffffffffful
#define XENS   0xffff830000001000ul
#define NONCANONICAL 0x0000800000000000ul

static const char *const names[] = {
    "mode_get", "mode_set", "feature_get", "feature_set", "init", "finish",
    "lvtpc_set", "flush", "unknown",
};

#define NR_OPERATIONS (sizeof names / sizeof *names)

static void test_pointers(void)
{
    static const struct {
        const char *name;
        uint64_t address;
    } bad[] = {
        { "NULL", 0 }, { "unmapped", UNMAPPED_VIRTUAL },
        { "Xen's", XENS }, { "non-canonical", NONCANONICAL },
    };

    for (unsigned op = 0; op < NR_OPERATIONS; op++)
        for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++)
            report(CALL(xenpmu_op, op, bad[i].address),
                   "xenpmu_op(%s), %s", names[op], bad[i].name);
    report(CALL(xenpmu_op, ~0ul, 0), "xenpmu_op(unknown), the last");
}

static void test_versions(void)
{
    struct xen_pmu_params params = { .val = 0 };

    params.version.min = XENPMU_VER_MIN + 1;
    for (params.version.maj = 1; params.version.maj < 3;
         params.version.maj++)
        for (unsigned op = 0; op < NR_OPERATIONS; op++) {
            struct xen_pmu_params argument = params;

            report(CALL(xenpmu_op, op, &argument),
                   "xenpmu_op(%s), version %u", names[op],
                   params.version.maj);
        }
    params.version.maj = XENPMU_VER_MAJ;
    report(CALL(xenpmu_op, XENPMU_mode_set, &params),
           "xenpmu_op(mode_set), another minor version");
}

static void get(unsigned op)
{
    struct xen_pmu_params params;
    const char *name = names[op];

    memset(&params, 0x5a, sizeof params);
    report(CALL(xenpmu_op, op, &params), "xenpmu_op(%s)", name);
    print("%s, version: %x.%x", name, params.version.maj,
          params.version.min);
    print("%s, value: %lx", name, params.val);
    print("%s, vCPU: %x", name, params.vcpu);
    print("%s, padding: %x", name, params.pad);
}

static void set(unsigned op, const char *when, uint64_t value)
{
    struct xen_pmu_params params = { .val = value };

    report(CALL(xenpmu_op, op, &params), "xenpmu_op(%s), %s%lx", names[op],
           when, value);
}

static void test_modes(void)
{
    static const uint64_t values[] = {
        XENPMU_MODE_SELF, XENPMU_MODE_HV, XENPMU_MODE_ALL, 3, 5, 7, 8,
        1ul << 32, 1ul << 63, XENPMU_MODE_OFF, XENPMU_MODE_SELF,
    };
    static const uint64_t features[] = {
        XENPMU_FEATURE_INTEL_BTS, 7, 8, 1ul << 32, 0,
    };

    for (unsigned i = 0; i < sizeof values / sizeof *values; i++) {
        set(XENPMU_mode_set, "", values[i]);
        get(XENPMU_mode_get);
    }
    for (unsigned i = 0; i < sizeof features / sizeof *features; i++) {
        set(XENPMU_feature_set, "", features[i]);
        get(XENPMU_feature_get);
    }
}

static void print_layout(const char *name)
{
    print("%s, counters at: %u", name, pmu_page->pmu.c.amd.counters);
    print("%s, controls at: %u", name, pmu_page->pmu.c.amd.ctrls);
    print("%s, flags: %lx", name, pmu_page->pmu.pmu_flags);
    print("%s, LVTPC: %x", name, pmu_page->pmu.l.lapic_lvtpc);
}

static void test_pages(void)
{
    uint64_t mfn = mfn_of(pmu_page), other = mfn_of(page_new());

    report(pmu_finish(0), "xenpmu_op(finish), without a page");
    report(pmu_init(2, mfn), "xenpmu_op(init), of a vCPU that isn't");
    report(pmu_init(~0u, mfn), "xenpmu_op(init), of the last vCPU");
    report(pmu_init(0, NO_MFN), "xenpmu_op(init), no such frame");
    report(pmu_init(0, ~0ul), "xenpmu_op(init), no frame");
    report(pmu_init(0, start_info->shared_info >> PAGE_SHIFT),
           "xenpmu_op(init), shared_info");
    report(pmu_init(0, mfn_of((void *)start_info->pt_base)),
           "xenpmu_op(init), a page table");
    report(pmu_finish(0), "xenpmu_op(finish), of that");
    memset(pmu_page, 0x5a, PAGE_SIZE);
    report(pmu_init(0, mfn), "xenpmu_op(init)");
    print_layout("init");
    report(pmu_init(0, mfn), "xenpmu_op(init), again");
    report(pmu_init(0, other), "xenpmu_op(init), with another page");
    report(pmu_init(1, other), "xenpmu_op(init), of vCPU 1, down");
    report(pmu_init(1, other), "xenpmu_op(init), of vCPU 1, down, again");
    report(pmu_finish(1), "xenpmu_op(finish), of vCPU 1, down");
    report(pmu_finish(1), "xenpmu_op(finish), of vCPU 1, down, again");
    report(pmu_finish(2), "xenpmu_op(finish), of a vCPU that isn't");
    set(XENPMU_mode_set, "with a page, ", XENPMU_MODE_ALL);
    set(XENPMU_feature_set, "with a page, ", 1);
    set(XENPMU_mode_set, "with a page, ", XENPMU_MODE_SELF);
    set(XENPMU_feature_set, "with a page, ", 0);
}

/* Nothing was cached: there is nothing to be done. */
static void test_flush(void)
{
    memset(&pmu_page->pmu.c, 0, sizeof pmu_page->pmu.c);
    pmu_page->pmu.pmu_flags = ~0ul;
    pmu_page->pmu.l.lapic_lvtpc = 0xffffffff;
    report(CALL(xenpmu_op, XENPMU_lvtpc_set), "xenpmu_op(lvtpc_set)");
    print("lvtpc_set, LVTPC: %x", pmu_page->pmu.l.lapic_lvtpc);
    print("lvtpc_set, flags: %lx", pmu_page->pmu.pmu_flags);
    pmu_page->pmu.c.amd.counters = pmu_page->pmu.c.amd.ctrls = 0xfffffff0;
    report(CALL(xenpmu_op, XENPMU_flush), "xenpmu_op(flush)");
    print("flush, flags: %lx", pmu_page->pmu.pmu_flags);
    report(CALL(xenpmu_op, XENPMU_flush, UNMAPPED_VIRTUAL),
           "xenpmu_op(flush), an argument");
    report(pmu_finish(0), "xenpmu_op(finish)");
    report(CALL(xenpmu_op, XENPMU_lvtpc_set), "xenpmu_op(lvtpc_set), then");
    report(CALL(xenpmu_op, XENPMU_flush), "xenpmu_op(flush), then");
    report(pmu_init(0, mfn_of(pmu_page)), "xenpmu_op(init), after finish");
    print_layout("init after finish");
    report(pmu_finish(0), "xenpmu_op(finish), after that");
}

void test_operations(void)
{
    test_pointers();
    test_versions();
    test_modes();
    test_pages();
    test_flush();
}
