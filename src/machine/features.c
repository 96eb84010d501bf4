/* SPDX-License-Identifier: MIT */
#include <machine/features.h>

#include <lib/console.h>
#include <lib/panic.h>
#include <lib/string.h>
#include <machine/tsc_sync.h>

#define LEAF_POWER    0x80000007
#define INVARIANT_TSC (1u << 8)

#define LEAF_PMU          10            /* Intel's performance counters */
#define PMU_VERSION       0xffu         /* in EAX */
#define PMU_VERSION_MOST  3
#define LEAF_AMD_PMU      0x80000022
#define ARCH_LBR          (1u << 19)    /* leaf 7, 0: EDX */
#define ARCH_PERFMON_EXT  (1u << 8)     /* leaf 7, 1: EAX */
#define PERF_CTR_EXT_CORE (1u << 23)    /* leaf 0x80000001: ECX */

struct features features;

static const bool shown = true, hidden;

/* One bit of CPUID, and what becomes of it. */
struct cpuid_bit {
    uint32_t leaf, subleaf;
    enum { EAX, EBX, ECX, EDX } reg;
    unsigned bit;
    const char *name;
    bool *ours;                 /* set when the CPU has it */
    const bool *guest;          /* whether it is shown */
    const char *why;            /* for the log; NULL: part of the one above */
};

/*
 * What isn't in the table is shown as hardware has it: the kernel runs in
 * ring 0 and uses it natively.
 */
static const struct cpuid_bit bits[] = {
    { 1, 0, EDX, 11, "sysenter", &features.sysenter, &shown,
      "hardware, entered by microxen" },
    { 1, 0, ECX, 26, "xsave", &features.xsave, &shown, "hardware" },
    { 1, 0, ECX, 12, "fma", NULL, &shown, NULL },
    { 1, 0, ECX, 28, "avx", NULL, &shown, NULL },
    { 1, 0, ECX, 29, "f16c", NULL, &shown, NULL },
    { 7, 0, EBX, 5, "avx2", NULL, &shown, NULL },
    { 7, 0, EBX, 16, "avx512f", NULL, &shown, NULL },
    { 7, 0, ECX, 3, "pku", NULL, &shown, NULL },
    { 7, 0, ECX, 9, "vaes", NULL, &shown, NULL },
    { 7, 0, ECX, 10, "vpclmulqdq", NULL, &shown, NULL },
    { 7, 0, EBX, 20, "smap", &features.smap, &shown, "hardware" },
    { 7, 0, EBX, 7, "smep", NULL, &shown, "hardware" },
    { 7, 0, ECX, 2, "umip", NULL, &shown, "hardware" },
    { 7, 0, EBX, 0, "fsgsbase", NULL, &shown, "hardware" },
    { 1, 0, ECX, 21, "x2apic", &features.x2apic, &hidden,
      "microxen: it has the local APIC" },
    { 1, 0, ECX, 24, "tsc-deadline", &features.tsc_deadline, &hidden,
      "microxen: it has the timer" },
    { 7, 0, EBX, 1, "tsc-adjust", &features.tsc_adjust, &hidden,
      "microxen: TSC is its clock" },
    { 1, 0, EDX, 9, "apic", NULL, &shown,
      "microxen; Linux would drop its PV APIC driver without" },
    { 0x80000001, 0, EDX, 26, "1gib-pages", &features.gib_pages, &hidden,
      "microxen: its direct map" },
    { 1, 0, EDX, 3, "pse", NULL, &features.large_pages_shown,
      "off, unless pvops= makes something of it" },
    { 0x80000001, 0, EDX, 3, "pse-amd", NULL, &features.large_pages_shown,
      NULL },
    { 1, 0, EDX, 13, "pge", NULL, &features.global_pages_shown,
      "off, unless pvops= makes something of it" },
    { 0x80000001, 0, EDX, 13, "pge-amd", NULL, &features.global_pages_shown,
      NULL },
    { 1, 0, EDX, 17, "pse36", NULL, &hidden, NULL },
    { 0x80000001, 0, EDX, 17, "pse36-amd", NULL, &hidden, NULL },
    { 1, 0, EDX, 1, "vme", NULL, &hidden, NULL },
    { 0x80000001, 0, EDX, 1, "vme-amd", NULL, &hidden, NULL },
    { 1, 0, EDX, 7, "mce", NULL, &hidden, "microxen: stops the machine" },
    { 0x80000001, 0, EDX, 7, "mce-amd", NULL, &hidden, NULL },
    { 1, 0, EDX, 14, "mca", NULL, &hidden, NULL },
    { 0x80000001, 0, EDX, 14, "mca-amd", NULL, &hidden, NULL },
    { 1, 0, EDX, 12, "mtrr", NULL, &hidden, "firmware's, left alone" },
    { 0x80000001, 0, EDX, 12, "mtrr-amd", NULL, &hidden, NULL },
    { 1, 0, ECX, 3, "monitor", &features.monitor, &hidden,
      "microxen: idling" },
    { 1, 0, ECX, 5, "vmx", NULL, &hidden, "off" },
    { 0x80000001, 0, ECX, 2, "svm", NULL, &hidden, "off" },
    { 1, 0, ECX, 15, "pdcm", NULL, &hidden, NULL },
    { 1, 0, EDX, 21, "ds", NULL, &hidden, NULL },
    { 1, 0, ECX, 17, "pcid", NULL, &hidden, "off: PV kernels can't" },
    { 7, 0, EBX, 10, "invpcid", NULL, &hidden, NULL },
    { 7, 0, ECX, 16, "la57", NULL, &hidden, "off: 4-level tables" },
    { 7, 0, ECX, 7, "cet-ss", NULL, &hidden, "off" },
    { 7, 0, EDX, 20, "cet-ibt", NULL, &hidden, "off" },
    { 7, 1, EDX, 18, "cet-sss", NULL, &hidden, NULL },
    { 7, 1, EAX, 17, "fred", NULL, &hidden, "off" },
    { 7, 1, EAX, 18, "lkgs", NULL, &hidden, NULL },
    { 0x80000007, 0, EDX, 8, "invariant-tsc", &features.invariant_tsc, &shown,
      "hardware" },
    { 0x80000001, 0, ECX, 3, "ext-apic", NULL, &hidden, NULL },
    { 0x80000001, 0, ECX, 10, "ibs", NULL, &hidden, NULL },
    { 0x80000001, 0, ECX, 12, "skinit", NULL, &hidden, NULL },
    { 0x80000001, 0, ECX, 13, "wdt", NULL, &hidden, NULL },
    { 0x80000001, 0, ECX, 15, "lwp", NULL, &hidden, NULL },
    { 0x80000001, 0, ECX, 19, "nodeid-msr", NULL, &hidden, NULL },
};

#define NR_BITS (sizeof bits / sizeof *bits)

static bool turned_off[NR_BITS];

bool features_option(const char *name, size_t length, bool off)
{
    unsigned i = 0;

    while (i < NR_BITS && (strlen(bits[i].name) != length
                           || memcmp(bits[i].name, name, length)))
        i++;
    if (i == NR_BITS)
        return false;
    do
        turned_off[i++] = off;
    while (i < NR_BITS && !bits[i].why);
    return true;
}

/* Leaves of which a PV kernel sees nothing. */
static bool leaf_is_hidden(uint32_t leaf)
{
    return leaf == 5                    /* MONITOR */
           || (leaf == LEAF_PMU && !features.pmu_shown)
           || leaf == 0x8000000a        /* SVM */
           || leaf == 0x8000001b;       /* IBS */
}

static uint32_t *leaf_register(struct cpuid_leaf *leaf, unsigned reg)
{
    uint32_t *const registers[] = {
        [EAX] = &leaf->eax, [EBX] = &leaf->ebx,
        [ECX] = &leaf->ecx, [EDX] = &leaf->edx,
    };

    return registers[reg];
}

/*
 * Without these there is no way to run a kernel.  (Long mode, NX and SSE2
 * were looked for by start.S; SYSCALL is reported in long mode only.)
 */
static const struct cpuid_bit required[] = {
    { .leaf = 0x80000001, .reg = EDX, .bit = 11, .name = "SYSCALL" },
    { .leaf = 1, .reg = EDX, .bit = 4, .name = "TSC" },
    { .leaf = 1, .reg = EDX, .bit = 9, .name = "APIC" },
    { .leaf = 1, .reg = EDX, .bit = 16, .name = "PAT" },
    { .leaf = 1, .reg = EDX, .bit = 24, .name = "FXSR (FXSAVE)" },
};

static bool has(const struct cpuid_bit *b)
{
    struct cpuid_leaf leaf = cpuid_or_zeros(b->leaf, b->subleaf);

    return *leaf_register(&leaf, b->reg) >> b->bit & 1;
}

void features_init(void)
{
    /* "GenuineIntel", "CentaurHauls" and "  Shanghai  " enter alike. */
    uint32_t ecx = cpuid(0, 0).ecx;

    features.intel = ecx != 0x444d4163 && ecx != 0x656e6975;
    for (unsigned i = 0; i < sizeof required / sizeof *required; i++)
        if (!has(&required[i]))
            panic("This CPU has no %s", required[i].name);
    for (unsigned i = 0; i < NR_BITS; i++)
        if (bits[i].ours)
            *bits[i].ours = has(&bits[i]) && !turned_off[i];
}

void features_log(void)
{
    printk("CPU features: provided by\n");
    for (unsigned i = 0; i < NR_BITS; i++)
        if (bits[i].why)
            printk("  %-14s %s\n", bits[i].name,
                   !has(&bits[i]) ? "none: this CPU has it not"
                   : turned_off[i] ? "off, as an option asks"
                   : bits[i].why);
}

static bool is_hidden(unsigned i)
{
    return turned_off[i] || !*bits[i].guest;
}

/*
 * Of the performance counters as much as Xen shows: Linux' PV code knows no
 * others of the registers that it finds in the shared page meanwhile.
 */
static void limit_pmu(uint32_t leaf, uint32_t subleaf, struct cpuid_leaf *r)
{
    if (leaf == LEAF_PMU && (r->eax & PMU_VERSION) > PMU_VERSION_MOST)
        r->eax = (r->eax & ~PMU_VERSION) | PMU_VERSION_MOST;
    else if (leaf == 7 && subleaf == 0)
        r->edx &= ~ARCH_LBR;
    else if (leaf == 7 && subleaf == 1)
        r->eax &= ~ARCH_PERFMON_EXT;
    else if (leaf == 0x80000001)
        r->ecx &= ~PERF_CTR_EXT_CORE;
    else if (leaf == LEAF_AMD_PMU)
        *r = (struct cpuid_leaf){ 0 };
}

void features_hide(uint32_t leaf, uint32_t subleaf, struct cpuid_leaf *r)
{
    if (leaf_is_hidden(leaf)) {
        *r = (struct cpuid_leaf){ 0 };
        return;
    }
    if (features.pmu_shown)
        limit_pmu(leaf, subleaf, r);
    for (unsigned i = 0; i < NR_BITS; i++)
        if (bits[i].leaf == leaf && bits[i].subleaf == subleaf
            && is_hidden(i))
            *leaf_register(r, bits[i].reg) &= ~(1u << bits[i].bit);
    if (leaf == LEAF_POWER && !tsc_sync_is_good())
        r->edx &= ~INVARIANT_TSC;
}
