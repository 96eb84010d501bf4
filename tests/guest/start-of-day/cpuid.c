/* SPDX-License-Identifier: MIT */
/* What Xen says of itself, and of the CPU by the forced CPUID. */
#include "day.h"

#include <xen/arch-x86/cpuid.h>
#include <xen/features.h>
#include <xen/version.h>

struct leaf {
    uint32_t eax, ebx, ecx, edx;
};

static struct leaf cpuid(uint32_t leaf, uint32_t subleaf)
{
    struct leaf r;

    __asm__ volatile ("ud2; .ascii \"xen\"; cpuid"
                      : "=a" (r.eax), "=b" (r.ebx), "=c" (r.ecx),
                        "=d" (r.edx) : "a" (leaf), "c" (subleaf));
    return r;
}

static struct leaf native_cpuid(uint32_t leaf, uint32_t subleaf)
{
    struct leaf r;

    __asm__ volatile ("cpuid"
                      : "=a" (r.eax), "=b" (r.ebx), "=c" (r.ecx),
                        "=d" (r.edx) : "a" (leaf), "c" (subleaf));
    return r;
}

static void test_xen_leaves(void)
{
    struct leaf first = cpuid(XEN_CPUID_FIRST_LEAF, 0);
    struct leaf version = cpuid(XEN_CPUID_FIRST_LEAF + 1, 0);
    struct leaf features = cpuid(XEN_CPUID_FIRST_LEAF + 2, 0);

    print("Xen's leaves, highest: %x", first.eax);
    check("Xen's leaves, signature",
          first.ebx == XEN_CPUID_SIGNATURE_EBX
          && first.ecx == XEN_CPUID_SIGNATURE_ECX
          && first.edx == XEN_CPUID_SIGNATURE_EDX);
    print("Xen's leaves, version: %u.%u", version.eax >> 16,
          version.eax & 0xffff);
    check("Xen's leaves, version is xen_version's",
          (long)version.eax == CALL(xen_version, XENVER_version, 0));
    check("Xen's leaves, mmu_pt_update_preserve_ad",
          features.ecx & XEN_CPUID_FEAT1_MMU_PT_UPDATE_PRESERVE_AD);
    check("native cpuid shows Xen",
          native_cpuid(XEN_CPUID_FIRST_LEAF, 0).ebx
          == XEN_CPUID_SIGNATURE_EBX);
}

/* Of those that a PV kernel can't have, must have, or takes as they are. */
static void test_cpu_features(void)
{
    enum { EBX, ECX, EDX };
    static const struct {
        const char *name;
        uint32_t leaf;
        unsigned reg, bit;
    } list[] = {
        { "fpu", 1, EDX, 0 }, { "vme", 1, EDX, 1 }, { "de", 1, EDX, 2 },
        { "pse", 1, EDX, 3 }, { "tsc", 1, EDX, 4 }, { "msr", 1, EDX, 5 },
        { "pae", 1, EDX, 6 }, { "mce", 1, EDX, 7 }, { "cx8", 1, EDX, 8 },
        { "apic", 1, EDX, 9 }, { "sep", 1, EDX, 11 },
        { "mtrr", 1, EDX, 12 }, { "pge", 1, EDX, 13 },
        { "mca", 1, EDX, 14 }, { "cmov", 1, EDX, 15 },
        { "pat", 1, EDX, 16 }, { "pse36", 1, EDX, 17 },
        { "fxsr", 1, EDX, 24 }, { "sse2", 1, EDX, 26 },
        { "monitor", 1, ECX, 3 }, { "vmx", 1, ECX, 5 },
        { "pcid", 1, ECX, 17 }, { "x2apic", 1, ECX, 21 },
        { "tsc-deadline", 1, ECX, 24 }, { "xsave", 1, ECX, 26 },
        { "osxsave", 1, ECX, 27 }, { "rdrand", 1, ECX, 30 },
        { "hypervisor", 1, ECX, 31 }, { "fsgsbase", 7, EBX, 0 },
        { "smep", 7, EBX, 7 }, { "erms", 7, EBX, 9 },
        { "invpcid", 7, EBX, 10 }, { "smap", 7, EBX, 20 },
        { "umip", 7, ECX, 2 }, { "pku", 7, ECX, 3 }, { "la57", 7, ECX, 16 },
        { "syscall", 0x80000001, EDX, 11 }, { "nx", 0x80000001, EDX, 20 },
        { "1gib-pages", 0x80000001, EDX, 26 },
        { "rdtscp", 0x80000001, EDX, 27 }, { "lm", 0x80000001, EDX, 29 },
        { "svm", 0x80000001, ECX, 2 },
    };

    for (unsigned i = 0; i < sizeof list / sizeof *list; i++) {
        struct leaf leaf = cpuid(list[i].leaf, 0);
        uint32_t value = list[i].reg == EBX ? leaf.ebx
                         : list[i].reg == ECX ? leaf.ecx : leaf.edx;

        print("CPUID, %s: %u", list[i].name, value >> list[i].bit & 1);
    }
}

static void test_features(void)
{
    xen_feature_info_t info = { 0 };

    CALL(xen_version, XENVER_get_features, &info);
    for (unsigned bit = 0; bit < 24; bit++)
        print("feature %u: %u", bit, info.submap >> bit & 1);
}

static void test_version(void)
{
    static xen_capabilities_info_t capabilities;
    static xen_platform_parameters_t parameters;
    long version = CALL(xen_version, XENVER_version, 0);

    CALL(xen_version, XENVER_capabilities, capabilities);
    CALL(xen_version, XENVER_platform_parameters, &parameters);
    print("version: %ld.%ld", version >> 16, version & 0xffff);
    check("capabilities begin with xen-3.0-x86_64",
          !memcmp(capabilities, "xen-3.0-x86_64 ", 15));
    print("virt_start: %lx", parameters.virt_start);
    report(CALL(xen_version, XENVER_pagesize, 0), "page size");
}

void test_cpuid(void)
{
    test_version();
    test_features();
    test_xen_leaves();
    test_cpu_features();
}
