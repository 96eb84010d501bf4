/* SPDX-License-Identifier: MIT */
#include <partition/outer.h>

#include <xen/xen.h>
#include <xen/sched.h>
#include <xen/arch-x86/cpuid.h>
#include <xen/hvm/hvm_op.h>
#include <xen/hvm/params.h>

#include <machine/power.h>
#include <machine/x86.h>

/* Where hypervisors' leaves may begin, and how far apart. */
#define CPUID_STEP 0x100
#define CPUID_END  0x40010000

#define VENDOR_AMD_ECX   0x444d4163     /* "AuthenticAMD" */
#define VENDOR_HYGON_ECX 0x656e6975     /* "HygonGenuine" */

static uint32_t leaves;                 /* the first one; 0: no outer Xen */
static bool by_vmmcall;

bool outer_find(void)
{
    uint32_t vendor = cpuid(0, 0).ecx;

    if (!(cpuid(1, 0).ecx >> 31))       /* no hypervisor at all */
        return false;
    by_vmmcall = vendor == VENDOR_AMD_ECX || vendor == VENDOR_HYGON_ECX;
    for (uint32_t leaf = XEN_CPUID_FIRST_LEAF; leaf < CPUID_END;
         leaf += CPUID_STEP) {
        struct cpuid_leaf r = cpuid(leaf, 0);

        if (r.ebx == XEN_CPUID_SIGNATURE_EBX
            && r.ecx == XEN_CPUID_SIGNATURE_ECX
            && r.edx == XEN_CPUID_SIGNATURE_EDX) {
            leaves = leaf;
            return true;
        }
    }
    return false;
}

uint32_t outer_version(void)
{
    return cpuid(leaves + 1, 0).eax;
}

/* Its continuations execute the instruction again, with other arguments. */
long outer_call(unsigned call, uint64_t a1, uint64_t a2, uint64_t a3)
{
    uint64_t result = call;

    if (by_vmmcall)
        __asm__ volatile ("vmmcall" : "+a" (result), "+D" (a1), "+S" (a2),
                          "+d" (a3) : : "r8", "r10", "memory");
    else
        __asm__ volatile ("vmcall" : "+a" (result), "+D" (a1), "+S" (a2),
                          "+d" (a3) : : "r8", "r10", "memory");
    return (long)result;
}

uint64_t outer_param(unsigned index)
{
    struct xen_hvm_param param = { .domid = DOMID_SELF, .index = index };

    return outer_call(__HYPERVISOR_hvm_op, HVMOP_get_param,
                      (uint64_t)&param, 0) ? 0 : param.value;
}

long outer_set_param(unsigned index, uint64_t value)
{
    struct xen_hvm_param param = {
        .domid = DOMID_SELF, .index = index, .value = value,
    };

    return outer_call(__HYPERVISOR_hvm_op, HVMOP_set_param,
                      (uint64_t)&param, 0);
}

_Noreturn void outer_shut_down(unsigned reason)
{
    struct sched_shutdown op = { .reason = reason };

    outer_call(__HYPERVISOR_sched_op, SCHEDOP_shutdown, (uint64_t)&op, 0);
    power_halt();
}
