/* SPDX-License-Identifier: MIT */
#ifndef GUEST_SEQUENCE_H
#define GUEST_SEQUENCE_H

#include <stdint.h>

/*
 * to[i] = first + i for all i below `count`.  Uses SSE registers: for the
 * time before the kernel starts.
 */
void sequence_fill(uint64_t *to, uint64_t first, uint64_t count);

#endif
