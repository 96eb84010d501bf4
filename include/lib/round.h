/* SPDX-License-Identifier: MIT */
#ifndef LIB_ROUND_H
#define LIB_ROUND_H

#include <stdint.h>

/* To a multiple of `unit`, a power of 2.  The caller sees that it fits. */
static inline uint64_t round_down(uint64_t value, uint64_t unit)
{
    return value & ~(unit - 1);
}

static inline uint64_t round_up(uint64_t value, uint64_t unit)
{
    return round_down(value + unit - 1, unit);
}

#endif
