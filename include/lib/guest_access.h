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

/* False: some of it is not the guest's, not mapped or not writable. */
bool copy_from_guest(void *to, uint64_t from, size_t size);
bool copy_to_guest(uint64_t to, const void *from, size_t size);

/* The same with addresses of ours allowed that may fault: table walks. */
bool read_checked(const uint64_t *from, uint64_t *value);
bool write_checked(uint64_t *to, uint64_t value);
/* *to = value, if it is *expected; else *expected = *to. */
bool compare_exchange_checked(uint64_t *to, uint64_t *expected,
                              uint64_t value);

/* The n-th element of a guest's array, as the ABI's handles have it. */
#define GUEST_READ(to, from) copy_from_guest((to), (from), sizeof *(to))
#define GUEST_WRITE(to, from) copy_to_guest((to), (from), sizeof *(from))

/* Where to go on after a fault at `rip`, or 0. */
uint64_t fault_fixup(uint64_t rip);

#endif
