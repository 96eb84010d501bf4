/* SPDX-License-Identifier: MIT */
#include "random.h"

static uint64_t state;

/* SplitMix64: any start will do, so each call has its own. */
uint64_t random_bits(void)
{
    uint64_t z = state += 0x9e3779b97f4a7c15;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

void random_begin(uint64_t seed, uint64_t index)
{
    state = seed * 0xd1342543de82ef95 + index;
    state = random_bits() ^ index << 32;
}

unsigned random_below(unsigned limit)
{
    return (unsigned)((random_bits() >> 32) * limit >> 32);
}
