/* SPDX-License-Identifier: MIT */
/*
 * Frame numbers of 4 KiB frames, of two kinds the compiler keeps apart:
 * machine frames, which hardware means, and pseudo-physical frames, which
 * the kernel counts from 0 without holes.  They are equal wherever they can
 * be (docs/design.md, "machine = pseudo-physical"), and that is what makes
 * a mix-up hard to notice.
 */
#ifndef LIB_FRAME_NUMBER_H
#define LIB_FRAME_NUMBER_H

#include <stdint.h>

typedef struct { uint64_t n; } mfn_t;
typedef struct { uint64_t n; } pfn_t;

#define MFN(number) ((mfn_t){ (number) })
#define PFN(number) ((pfn_t){ (number) })

#define FRAME_SHIFT 12

static inline mfn_t address_mfn(uint64_t machine_address)
{
    return MFN(machine_address >> FRAME_SHIFT);
}

static inline uint64_t mfn_address(mfn_t mfn)
{
    return mfn.n << FRAME_SHIFT;
}

#endif
