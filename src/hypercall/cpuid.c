/* SPDX-License-Identifier: MIT */
#include <hypercall/cpuid.h>

#include <xen/xen.h>
#include <xen/arch-x86/cpuid.h>

#include <hypercall/version.h>
#include <machine/features.h>
#include <machine/time.h>

#define EXTENDED_LEAVES        0x80000000
#define XEN_CPUID_LEAVES       0x10000
#define CPUID_1_ECX_HYPERVISOR (1u << 31)

#define XEN_CPUID_TSC_MODE_NEVER_EMULATE 2

static struct cpuid_leaf xen_cpuid_leaf(uint32_t leaf, uint32_t subleaf)
{
    struct cpuid_leaf r = { 0 };

    switch (leaf - XEN_CPUID_FIRST_LEAF) {
    case 0:
        r.eax = XEN_CPUID_FIRST_LEAF + 5;
        r.ebx = XEN_CPUID_SIGNATURE_EBX;
        r.ecx = XEN_CPUID_SIGNATURE_ECX;
        r.edx = XEN_CPUID_SIGNATURE_EDX;
        break;
    case 1:
        r.eax = XEN_ABI_MAJOR << 16 | XEN_ABI_MINOR;
        break;
    case 2:
        r.eax = 1;              /* one hypercall page, */
        r.ebx = 0x40000000;     /* by this MSR: for HVM only */
        r.ecx = XEN_CPUID_FEAT1_MMU_PT_UPDATE_PRESERVE_AD;
        break;
    case 3:
        if (subleaf == 0) {
            r.ebx = XEN_CPUID_TSC_MODE_NEVER_EMULATE;
            r.ecx = (uint32_t)time_tsc_khz();
        } else if (subleaf == 1) {
            struct tsc_scale scale = time_tsc_scale();

            r.ecx = scale.multiplier;
            r.edx = (uint32_t)scale.shift;
        } else if (subleaf == 2) {
            r.eax = (uint32_t)time_tsc_khz();
        }
        break;
    case 5:
        r.ebx = 44;             /* bits of a machine address, at most */
        break;
    }
    return r;
}

struct cpuid_leaf guest_cpuid(uint32_t leaf, uint32_t subleaf)
{
    if (leaf - XEN_CPUID_FIRST_LEAF < XEN_CPUID_LEAVES)
        return xen_cpuid_leaf(leaf, subleaf);

    struct cpuid_leaf r = cpuid(leaf, subleaf);

    /* Above the highest leaf hardware repeats another one. */
    if (leaf > cpuid(leaf & EXTENDED_LEAVES, 0).eax)
        return r;
    features_hide(leaf, subleaf, &r);
    if (leaf == 1)
        r.ecx |= CPUID_1_ECX_HYPERVISOR;
    return r;
}
