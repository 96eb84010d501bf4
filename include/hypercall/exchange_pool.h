/* SPDX-License-Identifier: MIT */
/*
 * Low frames to trade for high ones, on machines with RAM above 4 GiB: the
 * kernel's buffers for devices that address 32 bits lie wherever its
 * allocator found room.  What a frame was traded for is remembered, so that
 * a trade can be undone: the pool always has as many frames as it began
 * with, low ones to give or high ones that were given for them.
 */
#ifndef HYPERCALL_EXCHANGE_POOL_H
#define HYPERCALL_EXCHANGE_POOL_H

#include <stdbool.h>
#include <stdint.h>
#include <lib/frame_number.h>

/* The pool is [start, + size), page-aligned, in no domain's map. */
void exchange_pool_init(uint64_t start, uint64_t size);

/* Nothing was traded, and nothing may be any more. */
void exchange_pool_close(void);

/* Is it one of the pool's frames? */
bool exchange_pool_has(mfn_t mfn);

/*
 * `count` adjacent free frames that end below 1 << bits.  UINT64_MAX as
 * the number: there are none.
 */
mfn_t exchange_pool_find(uint64_t count, unsigned bits);

/* Note that `pool` was given for `other`. */
void exchange_pool_trade(mfn_t pool, mfn_t other);

/* What was given for it; the pool's frame is free again. */
mfn_t exchange_pool_undo(mfn_t pool);

#endif
