/* SPDX-License-Identifier: MIT */
#include "emulator.h"

#include <cpuid.h>

enum {
    LEAF_STRUCTURED_FEATURES = 7,
    SMAP = 1 << 20,             /* in EBX of that leaf */
    LEAF_HYPERVISOR = 0x40000000,
};

/* "TCGT" "CGTC" "GTCG" */
static bool is_tcg(void)
{
    unsigned int unused, name[3];
    __cpuid(LEAF_HYPERVISOR, unused, name[0], name[1], name[2]);
    return name[0] == 0x54474354 && name[1] == 0x43544743 &&
           name[2] == 0x47435447;
}

bool far_returns_break_the_kernel(void)
{
    unsigned int eax, ebx = 0, ecx, edx;
    __get_cpuid_count(LEAF_STRUCTURED_FEATURES, 0, &eax, &ebx, &ecx, &edx);
    return (ebx & SMAP) && is_tcg();
}

/* "Genu" is enough. */
bool raw_syscall_32_breaks_the_kernel(void)
{
    unsigned int unused, name;
    __cpuid(0, unused, name, unused, unused);
    return name == signature_INTEL_ebx && is_tcg();
}

bool data_segment_bases_break_the_kernel(void)
{
    return is_tcg();
}
