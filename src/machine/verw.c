/* SPDX-License-Identifier: MIT */
#include <machine/verw.h>

#include <lib/console.h>
#include <machine/msr.h>

/* CPUID.7.0: SDM volume 2, CPUID. */
#define RTM                 (1u << 11)          /* EBX */
#define MD_CLEAR            (1u << 10)          /* EDX */
#define ARCH_CAPABILITIES   (1u << 29)          /* EDX */

/* CPUID.80000021: AMD, "Technical guidance for mitigating TSA". */
#define VERW_CLEAR          (1u << 5)           /* EAX */
#define TSA_SQ_NO           (1u << 1)           /* ECX */
#define TSA_L1_NO           (1u << 2)           /* ECX */

/* SDM volume 4, table 2-2. */
#define IA32_ARCH_CAPABILITIES 0x10a
#define MDS_NO              (1ul << 5)
#define TAA_NO              (1ul << 8)
#define SBDR_SSDP_NO        (1ul << 13)
#define FBSDP_NO            (1ul << 14)
#define PSDP_NO             (1ul << 15)
#define FB_CLEAR            (1ul << 17)
#define RFDS_NO             (1ul << 27)
#define RFDS_CLEAR          (1ul << 28)

#define MMIO_NO (SBDR_SSDP_NO | FBSDP_NO | PSDP_NO)
#define TSA_NO  (TSA_SQ_NO | TSA_L1_NO)

bool verw_is_used;

bool verw_clears(const struct verw_facts *facts)
{
    uint64_t has = facts->arch_capabilities;
    bool taa = (facts->leaf_7.ebx & RTM) && !(has & TAA_NO);

    return ((facts->leaf_7.edx & MD_CLEAR) && (!(has & MDS_NO) || taa))
           || ((has & FB_CLEAR) && (has & MMIO_NO) != MMIO_NO)
           || ((has & RFDS_CLEAR) && !(has & RFDS_NO))
           || ((facts->leaf_80000021.eax & VERW_CLEAR)
               && (facts->leaf_80000021.ecx & TSA_NO) != TSA_NO);
}

void verw_init(bool wanted)
{
    struct verw_facts facts = {
        .leaf_7 = cpuid_or_zeros(7, 0),
        .leaf_80000021 = cpuid_or_zeros(0x80000021, 0),
    };
    bool clears;

    if (facts.leaf_7.edx & ARCH_CAPABILITIES)
        msr_read(IA32_ARCH_CAPABILITIES, &facts.arch_capabilities);
    clears = verw_clears(&facts);
    verw_is_used = clears && wanted;
    printk("CPU buffers: %s\n", verw_is_used
           ? "overwritten by VERW before programs run, and before idling"
           : clears ? "left alone, as an option asks"
           : "this CPU's VERW overwrites none, or needn't");
}
