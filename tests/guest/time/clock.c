/* SPDX-License-Identifier: MIT */
/* The clock of shared_info. */
#include "time.h"

#define READINGS 100000

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

void test_clock(void)
{
    uint64_t last = now(), first = last;
    bool backwards = false;

    for (unsigned i = 0; i < READINGS; i++) {
        uint64_t next = now();

        backwards |= next < last;
        last = next;
    }
    print("the clock goes: %s", yes(last > first));
    print("it went back: %s", yes(backwards));
    print("wall clock is set: %s", yes(shared_info->wc_sec));
    print("wall clock's version is even: %s",
          yes(!(shared_info->wc_version & 1)));
    print("wall clock's ns are less than a second: %s",
          yes(shared_info->wc_nsec < 1000000000));
}
