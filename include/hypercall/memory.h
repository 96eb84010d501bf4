/* SPDX-License-Identifier: MIT */
#ifndef HYPERCALL_MEMORY_H
#define HYPERCALL_MEMORY_H

#include <stdint.h>

/*
 * reservation.c: XENMEM_decrease_, current_, maximum_reservation and
 * populate_physmap where memory comes from nobody and goes to nobody.
 */
long memory_reservation_here(uint32_t command, uint64_t argument);

#endif
