/* SPDX-License-Identifier: MIT */
#include "emulator.h"

#include <cpuid.h>
#include <string.h>

enum {
    LEAF_STRUCTURED_FEATURES = 7,
    SMAP = 1 << 20,             /* in EBX of that leaf */
    LEAF_HYPERVISOR = 0x40000000,
};

static bool is_tcg(void)
{
    unsigned int unused, name[3];
    __cpuid(LEAF_HYPERVISOR, unused, name[0], name[1], name[2]);
    return !memcmp(name, "TCGTCGTCGTCG", sizeof(name));
}

bool far_returns_break_the_kernel(void)
{
    unsigned int eax, ebx = 0, ecx, edx;
    __get_cpuid_count(LEAF_STRUCTURED_FEATURES, 0, &eax, &ebx, &ecx, &edx);
    return (ebx & SMAP) && is_tcg();
}
