/* SPDX-License-Identifier: MIT */
/* Bits that other CPUs change at the same time. */
#ifndef LIB_BITS_H
#define LIB_BITS_H

#include <stdbool.h>
#include <stdint.h>

static inline bool test_bit(const uint64_t *word, unsigned bit)
{
    return __atomic_load_n(word, __ATOMIC_SEQ_CST) >> bit & 1;
}

static inline bool test_and_set_bit(uint64_t *word, unsigned bit)
{
    return __atomic_fetch_or(word, 1ull << bit, __ATOMIC_SEQ_CST)
           >> bit & 1;
}

static inline bool test_and_clear_bit(uint64_t *word, unsigned bit)
{
    return __atomic_fetch_and(word, ~(1ull << bit), __ATOMIC_SEQ_CST)
           >> bit & 1;
}

static inline void set_bit(uint64_t *word, unsigned bit)
{
    __atomic_fetch_or(word, 1ull << bit, __ATOMIC_SEQ_CST);
}

static inline void clear_bit(uint64_t *word, unsigned bit)
{
    __atomic_fetch_and(word, ~(1ull << bit), __ATOMIC_SEQ_CST);
}

#endif
