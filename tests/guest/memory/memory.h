/* SPDX-License-Identifier: MIT */
#ifndef MEMORY_H
#define MEMORY_H

#include "guest.h"

/* "yes" or "no" */
const char *yes(bool holds);

/* Map a frame at SCRATCH_VIRTUAL, writable. */
volatile uint64_t *look_at(uint64_t mfn);

void test_reservation(void);
void test_tables(void);
void test_long_calls(void);

#endif
