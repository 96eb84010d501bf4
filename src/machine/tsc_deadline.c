/* SPDX-License-Identifier: MIT */
/* The revisions are those that real Xen asks for. */
#include <machine/tsc_deadline.h>

#include <machine/x86.h>

#define ANY 0xf                         /* from this stepping on */

static const struct {
    uint8_t model;                      /* of family 6 */
    uint8_t first, last;                /* steppings */
    uint32_t revision;
} needs[] = {
    { 0x3c, 0, ANY, 0x22 },             /* Haswell */
    { 0x3f, 2, 2, 0x3a },               /* Haswell EP */
    { 0x3f, 4, 4, 0x0f },               /* Haswell EX */
    { 0x3f, 0, ANY, UINT32_MAX },
    { 0x45, 0, ANY, 0x20 },             /* Haswell ULT */
    { 0x46, 0, ANY, 0x17 },             /* Haswell H */
    { 0x3d, 0, ANY, 0x25 },             /* Broadwell */
    { 0x47, 0, ANY, 0x17 },             /* Broadwell H */
    { 0x4f, 0, ANY, 0x0b000020 },       /* Broadwell EP, EX */
    { 0x56, 2, 2, 0x00000011 },         /* Broadwell DE */
    { 0x56, 3, 3, 0x0700000e },
    { 0x56, 4, 4, 0x0f00000c },
    { 0x56, 5, 5, 0x0e000003 },
    { 0x56, 0, ANY, UINT32_MAX },
    { 0x4e, 0, ANY, 0xb2 },             /* Skylake mobile */
    { 0x5e, 0, ANY, 0xb2 },             /* Skylake desktop */
    { 0x55, 0, 2, UINT32_MAX },         /* Skylake server */
    { 0x55, 3, 3, 0x01000136 },
    { 0x55, 4, 4, 0x02000014 },
    { 0x8e, 0, ANY, 0x52 },             /* Kaby Lake mobile */
    { 0x9e, 0, ANY, 0x52 },             /* Kaby Lake desktop */
};

#define NR_NEEDS (sizeof needs / sizeof *needs)

/* SDM volume 2, CPUID, figure 3-6. */
static unsigned family(uint32_t signature)
{
    return signature >> 8 & 0xf;
}

static unsigned model(uint32_t signature)
{
    return (signature >> 4 & 0xf) | (signature >> 12 & 0xf0);
}

uint32_t tsc_deadline_needs(uint32_t signature)
{
    unsigned stepping = signature & 0xf;

    if (family(signature) != 6)
        return 0;
    for (unsigned i = 0; i < NR_NEEDS; i++)
        if (needs[i].model == model(signature)
            && stepping >= needs[i].first && stepping <= needs[i].last)
            return needs[i].revision;
    return 0;
}

/* SDM volume 3, 10.11.7.1: CPUID fills the register in. */
static uint32_t microcode_revision(void)
{
    wrmsr(MSR_BIOS_SIGN_ID, 0);
    cpuid(1, 0);
    return (uint32_t)(rdmsr(MSR_BIOS_SIGN_ID) >> 32);
}

#define GENU 0x756e6547                 /* "GenuineIntel" begins with it */
#define HYPERVISOR (1u << 31)

/* A hypervisor that offers the timer answers for it. */
uint32_t tsc_deadline_lacks(void)
{
    struct cpuid_leaf leaf = cpuid(1, 0);
    uint32_t revision = tsc_deadline_needs(leaf.eax);

    if (cpuid(0, 0).ebx != GENU || (leaf.ecx & HYPERVISOR) || !revision)
        return 0;
    return microcode_revision() < revision ? revision : 0;
}
