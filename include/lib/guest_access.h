/* SPDX-License-Identifier: MIT */
/*
 * Reading and writing the guest's memory at its own virtual addresses, with
 * the address space it has loaded.  Nothing in there is believed: addresses
 * in our slots are refused, and a fault ends the copy.
 */
#ifndef LIB_GUEST_ACCESS_H
#define LIB_GUEST_ACCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <machine/layout.h>

/* What goes on at `to` after a fault at `from`; both are asm's labels. */
#define FAULT_FIXUP(from, to)                   \
    ".pushsection .fault_fixups, \"a\"\n\t"     \
    ".long " #from " - .\n\t"                   \
    ".long " #to " - .\n\t"                     \
    ".popsection\n\t"

/*
 * A word, at an address that may be ours and may fault: table walks.  False
 * if it did.
 */
static inline bool read_checked(const uint64_t *from, uint64_t *value)
{
    uint64_t word;

    __asm__ volatile goto ("1: mov %1, %0\n\t"
                           FAULT_FIXUP(1b, %l[fault])
                           : "=r" (word) : "m" (*from) : : fault);
    *value = word;
    return true;
fault:
    return false;
}

static inline bool write_checked(uint64_t *to, uint64_t value)
{
    __asm__ volatile goto ("1: mov %1, %0\n\t"
                           FAULT_FIXUP(1b, %l[fault])
                           : : "m" (*to), "r" (value) : "memory" : fault);
    return true;
fault:
    return false;
}

/*
 * *(to) = value, if it is `expected`; goes on at label `changed` if it isn't,
 * at `fault` if it can't be written.
 */
#define COMPARE_EXCHANGE_CHECKED(to, expected, value, changed, fault)   \
    do {                                                                \
        uint64_t expected_ = (expected);                                \
                                                                        \
        __asm__ volatile goto ("1: lock cmpxchg %[new], %[word]\n\t"    \
                               "jne %l[" #changed "]\n\t"               \
                               FAULT_FIXUP(1b, %l[fault])               \
                               : [word] "+m" (*(to)), "+a" (expected_)  \
                               : [new] "r" (value)                      \
                               : "memory", "cc" : changed, fault);      \
    } while (0)

/* Any copy.  False: some is not the guest's, not mapped or not writable. */
bool copy_any_from_guest(void *to, uint64_t from, size_t size);
bool copy_any_to_guest(uint64_t to, const void *from, size_t size);

/* A few words in the kernel's half behind our slots: nearly all there is. */
#define FEW_WORDS 8

static inline bool is_few_kernel_words(uint64_t address, size_t size)
{
    return size % sizeof(uint64_t) == 0
           && size <= FEW_WORDS * sizeof(uint64_t)
           && address - OUR_VIRT_END < -OUR_VIRT_END - size;
}

/* An array of words there; it doesn't wrap. */
static inline bool is_kernel_array(uint64_t start, uint64_t end)
{
    return start >= OUR_VIRT_END && end >= start;
}

static inline __attribute__((always_inline))
bool copy_from_guest(void *to, uint64_t from, size_t size)
{
    uint64_t *word = to;

    if (!__builtin_constant_p(size) || !is_few_kernel_words(from, size))
        return copy_any_from_guest(to, from, size);
#pragma GCC unroll 8
    for (size_t i = 0; i < size / sizeof *word; i++)
        if (!read_checked((const uint64_t *)from + i, &word[i]))
            return false;
    return true;
}

static inline __attribute__((always_inline))
bool copy_to_guest(uint64_t to, const void *from, size_t size)
{
    const uint64_t *word = from;

    if (!__builtin_constant_p(size) || !is_few_kernel_words(to, size))
        return copy_any_to_guest(to, from, size);
#pragma GCC unroll 8
    for (size_t i = 0; i < size / sizeof *word; i++)
        if (!write_checked((uint64_t *)to + i, word[i]))
            return false;
    return true;
}

/* The n-th element of a guest's array, as the ABI's handles have it. */
#define GUEST_READ(to, from) copy_from_guest((to), (from), sizeof *(to))
#define GUEST_WRITE(to, from) copy_to_guest((to), (from), sizeof *(from))

/* Where to go on after a fault at `rip`, or 0. */
uint64_t fault_fixup(uint64_t rip);

#endif
