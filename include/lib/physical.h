/* SPDX-License-Identifier: MIT */
/*
 * A window onto physical memory.
 *
 * Every parser of data that a loader or the firmware left in memory reads
 * through one of these, so that the same code runs on the machine (the
 * window is the boot mapping of the first 4 GiB) and in host tests and
 * fuzzers (the window is a buffer).
 */
#ifndef LIB_PHYSICAL_H
#define LIB_PHYSICAL_H

#include <stddef.h>
#include <stdint.h>

struct physical_window {
    const uint8_t *base;        /* where physical address `start` is mapped */
    uint64_t start;
    uint64_t size;              /* bytes */
};

/*
 * The mapping of [address, address + length), or NULL when any byte of it
 * lies outside the window or the sum wraps.
 */
static inline const void *physical_at(const struct physical_window *window,
                                      uint64_t address, uint64_t length)
{
    if (address < window->start)
        return NULL;

    uint64_t offset = address - window->start;

    if (offset > window->size || length > window->size - offset)
        return NULL;

    return window->base + offset;
}

#endif
