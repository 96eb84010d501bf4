/* SPDX-License-Identifier: MIT */
#include <hypercall/wallclock.h>

#include <xen/xen.h>
#include <guest/domain.h>

#define BARRIER() __asm__ volatile ("" : : : "memory")
#define NS_PER_S 1000000000ull

void wallclock_set(uint64_t ns)
{
    struct shared_info *shared = domain.shared_info;
    uint64_t seconds = ns / NS_PER_S;

    domain.wallclock_start = ns;
    shared->wc_version++;               /* odd: being changed */
    BARRIER();
    shared->wc_sec = (uint32_t)seconds;
    shared->wc_sec_hi = (uint32_t)(seconds >> 32);
    shared->wc_nsec = (uint32_t)(ns % NS_PER_S);
    BARRIER();
    shared->wc_version++;
}
