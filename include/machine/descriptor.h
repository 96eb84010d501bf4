/* SPDX-License-Identifier: MIT */
/*
 * Segment descriptors: page 14 of every GDT is the hypervisor's
 * (public/arch-x86/xen-x86_64.h), the pages before it are the guest's.
 *
 * The ABI gives a ring-3 kernel 0xe033 as its code segment; our kernel runs
 * in ring 0, so it gets 0xe008, of DPL 0, and user programs that use the
 * ABI's flat segments still find them.
 */
#ifndef MACHINE_DESCRIPTOR_H
#define MACHINE_DESCRIPTOR_H

#define GDT_GUEST_PAGES   14
#define GDT_PAGES         15
#define GDT_GUEST_ENTRIES (GDT_GUEST_PAGES * 512)
#define GDT_LIMIT         (GDT_PAGES * 4096 - 1)

#define RING0_CS   0xe008
#define RING0_SS   0xe010       /* must follow RING0_CS: SYSCALL, STAR */
#define FLAT_CS32  0xe023       /* the ABI's, DPL 3 */
#define FLAT_DS    0xe02b
#define FLAT_CS64  0xe033
#define TSS_SELECTOR 0xe040     /* two entries */
#define LDT_SELECTOR 0xe050     /* two entries */
#define AREA_SELECTOR 0xe060    /* LSL gives the area's lower half + 0xfff */

/*
 * STAR's user half: SYSRET loads CS from it + 16 and SS from it + 8, which
 * gives the selectors that Linux' frames carry, 0x33 and 0x2b.
 */
#define SYSRET_BASE 0x23
#define SYSRET_CS   0x33
#define SYSRET_SS   0x2b

#ifndef __ASSEMBLER__
#include <assert.h>
#include <stdint.h>

struct tss {                    /* SDM volume 3, figure 8-11 */
    uint32_t reserved0;
    uint64_t rsp[3];
    uint64_t reserved1;
    uint64_t ist[7];
    uint64_t reserved2;
    uint16_t reserved3;
    uint16_t io_bitmap;         /* its offset in the TSS */
} __attribute__((packed));

static_assert(sizeof(struct tss) == 104, "SDM volume 3, 8.7");

struct gate {                   /* SDM volume 3, figure 6-8 */
    uint16_t offset_low;
    uint16_t selector;
    uint8_t ist;
    uint8_t type_dpl_p;
    uint16_t offset_middle;
    uint32_t offset_high;
    uint32_t reserved;
};

static_assert(sizeof(struct gate) == 16, "SDM volume 3, 6.14.1");

struct table_pointer {          /* operand of LGDT, LIDT */
    uint16_t limit;
    uint64_t base;
} __attribute__((packed));

/* An interrupt gate to `offset` in RING0_CS. */
static inline struct gate make_gate(uint64_t offset, unsigned dpl,
                                    unsigned ist)
{
    return (struct gate){
        .offset_low = (uint16_t)offset,
        .selector = RING0_CS,
        .ist = (uint8_t)ist,
        .type_dpl_p = (uint8_t)(0x8e | dpl << 5),
        .offset_middle = (uint16_t)(offset >> 16),
        .offset_high = (uint32_t)(offset >> 32),
    };
}

/* The 16 bytes of a TSS (type 9) or LDT (type 2) descriptor, DPL 0. */
static inline void make_system_descriptor(uint64_t out[2], uint64_t base,
                                          uint32_t limit, unsigned type)
{
    out[0] = (limit & 0xffff) | (base & 0xffffff) << 16
             | (uint64_t)(0x80 | type) << 40
             | (uint64_t)(limit >> 16 & 0xf) << 48
             | (base >> 24 & 0xff) << 56;
    out[1] = base >> 32;
}

/* Flat segments: limit 4 GiB, present, accessed. */
#define DESCRIPTOR_CODE64(dpl) (0x00af9b000000ffffull | (dpl) << 45)
#define DESCRIPTOR_CODE32(dpl) (0x00cf9b000000ffffull | (dpl) << 45)
#define DESCRIPTOR_DATA(dpl)   (0x00cf93000000ffffull | (dpl) << 45)

/* A data segment with this limit, of which the lowest 12 bits are ones. */
#define DESCRIPTOR_LIMIT(limit) \
    (0x00c0910000000000ull | ((limit) >> 12 & 0xffff) \
     | ((limit) >> 28 & 0xf) << 48)

#endif
#endif
