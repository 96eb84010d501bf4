/* SPDX-License-Identifier: MIT */
/* System time, by vcpu_time_info. */
#include "guest.h"

static uint64_t rdtsc(void)
{
    uint32_t low, high;

    __asm__ volatile ("rdtsc" : "=a" (low), "=d" (high));
    return (uint64_t)high << 32 | low;
}

uint64_t now(void)
{
    const volatile struct vcpu_time_info *time
        = &shared_info->vcpu_info[0].time;
    uint32_t version;
    uint64_t ns;

    do {
        version = time->version;
        __asm__ volatile ("" : : : "memory");

        uint64_t ticks = rdtsc() - time->tsc_timestamp;

        ticks = time->tsc_shift < 0 ? ticks >> -time->tsc_shift
                                    : ticks << time->tsc_shift;
        ns = (uint64_t)(((unsigned __int128)ticks * time->tsc_to_system_mul)
                        >> 32) + time->system_time;
        __asm__ volatile ("" : : : "memory");
    } while (version & 1 || version != time->version);
    return ns;
}
