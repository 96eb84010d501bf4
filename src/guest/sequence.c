/* SPDX-License-Identifier: MIT */
/*
 * The p2m and the M2P have an entry for each frame of RAM, and are nearly
 * all that the time before the kernel starts grows with.  So this is done
 * eight entries at a time, in vectors of two.
 */
#include <guest/sequence.h>

typedef uint64_t pair __attribute__((vector_size(16)));
typedef pair unaligned_pair __attribute__((aligned(8), may_alias));

#define PAIRS    4
#define AT_ONCE  (2 * PAIRS)

void sequence_fill(uint64_t *to, uint64_t first, uint64_t count)
{
    pair values[PAIRS];

    for (unsigned i = 0; i < PAIRS; i++)
        values[i] = (pair) { first + 2 * i, first + 2 * i + 1 };
    for (; count >= AT_ONCE; count -= AT_ONCE, to += AT_ONCE) {
#pragma GCC unroll 4
        for (unsigned i = 0; i < PAIRS; i++) {
            *(unaligned_pair *)(to + 2 * i) = values[i];
            values[i] += AT_ONCE;
        }
    }
    for (uint64_t i = 0; i < count; i++)
        to[i] = values[0][0] + i;
}
