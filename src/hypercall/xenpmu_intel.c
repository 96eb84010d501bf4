/* SPDX-License-Identifier: MIT */
/* Intel's counters of versions 2 and up: SDM volume 3, 19.2.2. */
#include <hypercall/xenpmu.h>

#include <stddef.h>
#include <xen/xen.h>
#include <xen/pmu.h>

#include <machine/msr.h>

#define IA32_PMC0             0x0c1     /* writes are of 32 bits */
#define IA32_PERFEVTSEL0      0x186
#define IA32_FIXED_CTR0       0x309
#define IA32_PERF_CAPABILITIES 0x345
#define IA32_FIXED_CTR_CTRL   0x38d
#define IA32_PERF_GLOBAL_STATUS   0x38e
#define IA32_PERF_GLOBAL_CTRL     0x38f
#define IA32_PERF_GLOBAL_OVF_CTRL 0x390
#define IA32_A_PMC0           0x4c1     /* the same, all of them */

#define FW_WRITE (1u << 13)             /* IA32_PERF_CAPABILITIES: A_PMC */
#define PDCM     (1u << 15)             /* CPUID.1:ECX */

#define PMU_LEAF      0xa
#define FIRST_VERSION 2                 /* the global registers */
/* More have no MSRs, or no bits in FIXED_CTR_CTRL, that are known. */
#define GENERAL_MAX 10
#define FIXED_MAX   16

static unsigned nr_general, nr_fixed;
static uint32_t pmc_written;

static const char *find(xenpmu_cpuid *ask)
{
    struct cpuid_leaf leaf = ask(PMU_LEAF, 0);
    uint64_t value = 0;

    if ((leaf.eax & 0xff) < FIRST_VERSION)
        return "this CPU has none of version 2 or later";
    nr_general = leaf.eax >> 8 & 0xff;
    nr_fixed = leaf.edx & 0x1f;
    if (nr_general > GENERAL_MAX || nr_fixed > FIXED_MAX)
        return "this CPU has more than are known";
    if (ask(1, 0).ecx & PDCM)
        msr_read(IA32_PERF_CAPABILITIES, &value);
    pmc_written = value & FW_WRITE ? IA32_A_PMC0 : IA32_PMC0;
    return msr_read(IA32_PERF_GLOBAL_CTRL, &value)
           ? NULL : "their MSRs are not there";
}

/* Fixed counters, then pairs of general ones. */
static void lay_out(struct xen_pmu_arch *arch)
{
    struct xen_pmu_intel_ctxt *context = &arch->c.intel;

    context->fixed_counters = sizeof *context;
    context->arch_counters = (uint32_t)(sizeof *context
                                        + nr_fixed * sizeof(uint64_t));
}

static void stop(void)
{
    msr_write(IA32_PERF_GLOBAL_CTRL, 0);
}

static void save(struct xen_pmu_arch *arch)
{
    struct xen_pmu_intel_ctxt *to = &arch->c.intel;
    struct xen_pmu_cntr_pair *pairs = (void *)&to->regs[nr_fixed];

    msr_read(IA32_PERF_GLOBAL_CTRL, &to->global_ctrl);
    stop();
    msr_read(IA32_PERF_GLOBAL_STATUS, &to->global_status);
    msr_read(IA32_FIXED_CTR_CTRL, &to->fixed_ctrl);
    to->global_ovf_ctrl = 0;
    for (unsigned i = 0; i < nr_fixed; i++)
        msr_read(IA32_FIXED_CTR0 + i, &to->regs[i]);
    for (unsigned i = 0; i < nr_general; i++) {
        msr_read(IA32_PMC0 + i, &pairs[i].counter);
        msr_read(IA32_PERFEVTSEL0 + i, &pairs[i].control);
    }
}

/* A hybrid's other cores have fewer; what isn't there was saved as 0. */
static bool put(uint32_t msr, uint64_t value)
{
    return msr_write(msr, value) || !value;
}

/* GLOBAL_CTRL starts them all, in the end or not at all. */
static bool load(const struct xen_pmu_arch *arch)
{
    const struct xen_pmu_intel_ctxt *from = &arch->c.intel;
    const struct xen_pmu_cntr_pair *pairs = (void *)&from->regs[nr_fixed];
    bool good = true;

    stop();
    for (unsigned i = 0; i < nr_fixed; i++)
        good = put(IA32_FIXED_CTR0 + i, from->regs[i]) && good;
    for (unsigned i = 0; i < nr_general; i++)
        good = put(pmc_written + i, pairs[i].counter)
               && put(IA32_PERFEVTSEL0 + i, pairs[i].control) && good;
    return good
           && msr_write(IA32_FIXED_CTR_CTRL, from->fixed_ctrl)
           && msr_write(IA32_PERF_GLOBAL_OVF_CTRL, from->global_ovf_ctrl)
           && msr_write(IA32_PERF_GLOBAL_CTRL, from->global_ctrl);
}

static_assert(offsetof(struct xen_pmu_data, pmu.c)
              + sizeof(struct xen_pmu_intel_ctxt)
              + FIXED_MAX * sizeof(uint64_t)
              + GENERAL_MAX * sizeof(struct xen_pmu_cntr_pair)
              <= PAGE_SIZE, "");

const struct xenpmu_vendor xenpmu_intel = {
    .find = find,
    .lay_out = lay_out,
    .stop = stop,
    .save = save,
    .load = load,
};
