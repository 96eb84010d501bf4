/* SPDX-License-Identifier: MIT */
#include <partition/outer.h>

#include <xen/xen.h>

#include <machine/x86.h>

#define NS_PER_S 1000000000ull

/* An odd version, or one that changes: it's being written. */
static struct vcpu_time_info read_time(void)
{
    const volatile struct vcpu_time_info *time =
        &outer_shared_info()->vcpu_info[0].time;
    struct vcpu_time_info copy;

    do {
        while (time->version & 1)
            cpu_relax();
        copy = *time;
    } while (copy.version != time->version);
    return copy;
}

struct tsc_scale outer_tsc_scale(void)
{
    struct vcpu_time_info time = read_time();

    return (struct tsc_scale){ time.tsc_to_system_mul, time.tsc_shift };
}

uint64_t outer_system_time(void)
{
    struct vcpu_time_info time = read_time();
    uint64_t ticks = rdtsc() - time.tsc_timestamp;

    ticks = time.tsc_shift < 0 ? ticks >> -time.tsc_shift
                               : ticks << time.tsc_shift;
    return time.system_time
           + (uint64_t)((unsigned __int128)ticks * time.tsc_to_system_mul
                        >> 32);
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
