/* SPDX-License-Identifier: MIT */
/* AMD's counters, and Hygon's: APM volume 2, 13.2.1 and 13.2.2. */
#include <hypercall/xenpmu.h>

#include <stddef.h>
#include <xen/xen.h>
#include <xen/pmu.h>

#include <machine/msr.h>

#define PERF_LEGACY_CTL 0xc0010000      /* 4, and 4 counters behind them */
#define PERF_CTL        0xc0010200      /* 6, each with its counter */
#define LEGACY 4
#define CORE   6

#define FIRST_FAMILY 0x10
#define EXTENDED_FEATURES 0x80000001
#define PERF_CTR_EXT_CORE (1u << 23)    /* in ECX */

static unsigned nr, step;
static uint32_t first_ctl, first_ctr;

static uint32_t ctl(unsigned i)
{
    return first_ctl + i * step;
}

static uint32_t ctr(unsigned i)
{
    return first_ctr + i * step;
}

static unsigned family(uint32_t eax)
{
    unsigned base = eax >> 8 & 0xf;

    return base == 0xf ? base + (eax >> 20 & 0xff) : base;
}

static const char *find(xenpmu_cpuid *ask)
{
    bool core = ask(EXTENDED_FEATURES, 0).ecx & PERF_CTR_EXT_CORE;
    uint64_t value;

    if (family(ask(1, 0).eax) < FIRST_FAMILY)
        return "this CPU's family is too old";
    nr = core ? CORE : LEGACY;
    step = core ? 2 : 1;
    first_ctl = core ? PERF_CTL : PERF_LEGACY_CTL;
    first_ctr = first_ctl + (core ? 1 : LEGACY);
    return msr_read(ctl(0), &value) ? NULL : "their MSRs are not there";
}

/* Counters, then controls. */
static void lay_out(struct xen_pmu_arch *arch)
{
    struct xen_pmu_amd_ctxt *context = &arch->c.amd;

    context->counters = sizeof *context;
    context->ctrls = (uint32_t)(sizeof *context
                                + nr * sizeof context->regs[0]);
}

static void stop(void)
{
    for (unsigned i = 0; i < nr; i++)
        msr_write(ctl(i), 0);
}

static void save(struct xen_pmu_arch *arch)
{
    uint64_t *regs = arch->c.amd.regs;

    for (unsigned i = 0; i < nr; i++)
        msr_read(ctl(i), &regs[nr + i]);
    stop();
    for (unsigned i = 0; i < nr; i++)
        msr_read(ctr(i), &regs[i]);
}

/* A control starts its counter, which has its value by then. */
static bool load(const struct xen_pmu_arch *arch)
{
    const uint64_t *regs = arch->c.amd.regs;
    bool good = true;

    stop();
    for (unsigned i = 0; i < nr; i++)
        good = msr_write(ctr(i), regs[i])
               && msr_write(ctl(i), regs[nr + i]) && good;
    if (!good)
        stop();
    return good;
}

static_assert(offsetof(struct xen_pmu_data, pmu.c)
              + sizeof(struct xen_pmu_amd_ctxt)
              + 2 * CORE * sizeof(uint64_t) <= PAGE_SIZE, "");

const struct xenpmu_vendor xenpmu_amd = {
    .find = find,
    .lay_out = lay_out,
    .stop = stop,
    .save = save,
    .load = load,
};
