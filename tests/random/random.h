/* SPDX-License-Identifier: MIT */
#ifndef RANDOM_H
#define RANDOM_H

#include "guest.h"

/* ---- random.c: numbers that follow from the seed and the call's index. */

void random_begin(uint64_t seed, uint64_t index);
uint64_t random_bits(void);
unsigned random_below(unsigned limit);

/* ---- values.c: what arguments are made of. */

/* Frames for the calls to spoil, and places where they are mapped. */
#define NR_VICTIMS 32

void values_init(void);

/* Would it, as some kind of address, hit the kernel itself? */
bool value_is_kernels(uint64_t value);

/* Any 64-bit value that doesn't point to the kernel itself. */
uint64_t value_any(void);

/* A value that may be a pointer, often to memory that is there. */
uint64_t value_pointer(void);

/* Frame numbers that the kernel can lose; such as are nobody's, too. */
uint64_t value_mfn(void);

/* A page-table entry that maps nothing but a victim, if anything. */
uint64_t value_pte(void);

/* Where an entry of a table that maps victims is, as a machine address. */
uint64_t value_entry_place(void);

/*
 * Where the kernel itself can write what Xen will read at `address`; NULL if
 * that is no victim's, or `size` bytes from there aren't.
 */
void *value_place(uint64_t address, size_t size);

/* Let the aliases be as they were. */
void values_restore(void);

/* ---- calls.c */

struct call {
    unsigned long number;
    unsigned long a[5];
};

/* A call that doesn't end or stop the kernel itself, by what is known. */
void call_make(struct call *call);

#endif
