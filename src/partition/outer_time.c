/* SPDX-License-Identifier: MIT */
#include <partition/outer.h>

#include <xen/xen.h>

#include <machine/pvclock.h>

#define NS_PER_S 1000000000ull

static const volatile struct vcpu_time_info *outer_clock(void)
{
    return &outer_shared_info()->vcpu_info[0].time;
}

struct tsc_scale outer_tsc_scale(void)
{
    struct vcpu_time_info time = pvclock_read(outer_clock());

    return (struct tsc_scale){ time.tsc_to_system_mul, time.tsc_shift };
}

uint64_t outer_system_time(void)
{
    return pvclock_now(outer_clock());
}

uint64_t outer_wallclock(void)
{
    const volatile struct shared_info *shared = outer_shared_info();
    uint64_t seconds, ns;
    uint32_t version;

    do {
        version = shared->wc_version;
        seconds = shared->wc_sec | (uint64_t)shared->wc_sec_hi << 32;
        ns = shared->wc_nsec;
    } while ((version & 1) || version != shared->wc_version);
    return seconds * NS_PER_S + ns + outer_system_time();
}
