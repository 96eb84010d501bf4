/* SPDX-License-Identifier: MIT */
#include <hypercall/exchange_pool.h>

#include <lib/round.h>
#include <lib/string.h>
#include <machine/layout.h>
#include <machine/paging.h>

#define NO_FRAME UINT64_MAX

/* traded_for[i]: what frame first + i was given for, 0: it is free. */
static uint64_t *traded_for;
static uint64_t first, nr;

/* The list lies in the pool's own first frames. */
void exchange_pool_init(uint64_t start, uint64_t size)
{
    uint64_t frames = size >> PAGE_SHIFT;
    uint64_t list = round_up(frames * sizeof *traded_for, PAGE_SIZE)
                    >> PAGE_SHIFT;

    traded_for = direct(start);
    memset(traded_for, 0, list << PAGE_SHIFT);
    first = (start >> PAGE_SHIFT) + list;
    nr = frames - list;
}

void exchange_pool_close(void)
{
    nr = 0;
}

bool exchange_pool_has(mfn_t mfn)
{
    return mfn.n - first < nr;
}

mfn_t exchange_pool_find(uint64_t count, unsigned bits)
{
    uint64_t run = 0;

    for (uint64_t i = 0; i < nr; i++) {
        run = traded_for[i] ? 0 : run + 1;
        if (run == count)
            return (first + i) << PAGE_SHIFT >> bits
                   ? MFN(NO_FRAME) : MFN(first + i + 1 - count);
    }
    return MFN(NO_FRAME);
}

void exchange_pool_trade(mfn_t pool, mfn_t other)
{
    traded_for[pool.n - first] = other.n;
}

mfn_t exchange_pool_undo(mfn_t pool)
{
    mfn_t other = MFN(traded_for[pool.n - first]);

    traded_for[pool.n - first] = 0;
    return other;
}
