/* SPDX-License-Identifier: MIT */
/*
 * pmu - performance counters, with Xen's option vpmu
 *
 * What each operation of xenpmu_op answers, when its arguments are wrong and
 * when it comes out of order, and what it writes; the counters themselves
 * are not there.  Where the kernel is in ring 0 it sends itself their
 * interrupt: the event comes, the page says what was interrupted, and
 * the local APIC's entry is masked until the flush.
 */
#include "pmu.h"

struct xen_pmu_data *pmu_page;

long pmu_init(uint32_t vcpu, uint64_t mfn)
{
    struct xen_pmu_params params = { .val = mfn, .vcpu = vcpu };

    params.version.maj = XENPMU_VER_MAJ;
    params.version.min = XENPMU_VER_MIN;
    return CALL(xenpmu_op, XENPMU_init, &params);
}

long pmu_finish(uint32_t vcpu)
{
    struct xen_pmu_params params = { .vcpu = vcpu };

    return CALL(xenpmu_op, XENPMU_finish, &params);
}

/* By Xen's prefix; the CPU itself says that it has 6 counters. */
static void test_cpuid(void)
{
    uint32_t eax = 0x80000001, ecx = 0;

    __asm__ volatile ("ud2; .ascii \"xen\"; cpuid"
                      : "+a" (eax), "+c" (ecx) : : "rbx", "rdx");
    print("CPUID 80000001.0 ECX, PerfCtrExtCore: %u", ecx >> 23 & 1);
    eax = 10;
    ecx = 0;
    __asm__ volatile ("ud2; .ascii \"xen\"; cpuid"
                      : "+a" (eax), "+c" (ecx) : : "rbx", "rdx");
    print("CPUID a.0 EAX: %x", eax);
}

void guest_main(void)
{
    uint16_t cs;

    pmu_page = page_new();
    run_init();
    test_cpuid();
    test_operations();
    __asm__ ("mov %%cs, %0" : "=r" (cs));
    if (cs & 3)
        return;
    test_interrupt();
    test_late_stop();
}
