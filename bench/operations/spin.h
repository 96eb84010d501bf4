/* SPDX-License-Identifier: MIT */
#ifndef BENCH_SPIN_H
#define BENCH_SPIN_H

#include <x86intrin.h>

/* Lets so many ticks of the TSC go by, in the program. */
static inline void spin(unsigned long long ticks)
{
    unsigned long long start = __rdtsc();

    while (__rdtsc() - start < ticks)
        continue;
}

#endif
