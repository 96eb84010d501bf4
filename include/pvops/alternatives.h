/* SPDX-License-Identifier: MIT */
/*
 * Linux' table of instructions that it replaces, once, by what a feature of
 * the CPU allows (arch/x86/include/asm/alternative.h, struct alt_instr).
 * Some of the replacements are a native instruction for a call through
 * pv_ops, made "if this is not Xen": those are of interest here.
 */
#ifndef PVOPS_ALTERNATIVES_H
#define PVOPS_ALTERNATIVES_H

#include <stdbool.h>
#include <stdint.h>

#include <lib/little_endian.h>

/* Up to Linux 6.6: 16 bits of number and flag; then 32. */
#define ALTERNATIVE_SIZE_16 12
#define ALTERNATIVE_SIZE_32 14

struct alternatives {
    uint64_t start;             /* virtual address of the table */
    uint32_t nr;
    uint32_t entry_size;        /* one of the above */
    uint32_t is_xen;            /* the feature; 0: none is conditioned on it */
};

struct alternative {
    uint64_t instruction;       /* virtual addresses */
    uint64_t replacement;
    uint32_t feature;
    bool inverted;              /* replaced when the feature is absent */
    uint8_t instruction_size;
    uint8_t replacement_size;
};

/* Where the flag that inverts an entry stands. */
struct alternative_flag {
    uint8_t byte, mask;
};

static inline struct alternative_flag alternative_flag(uint32_t entry_size)
{
    return entry_size == ALTERNATIVE_SIZE_16
           ? (struct alternative_flag){ 9, 0x80 }
           : (struct alternative_flag){ 10, 0x01 };
}

/* The entry whose bytes these are, and which lies at `address`. */
static inline struct alternative alternative_at(const uint8_t *entry,
                                                uint64_t address,
                                                uint32_t entry_size)
{
    struct alternative_flag flag = alternative_flag(entry_size);
    unsigned sizes = entry_size - 2;

    return (struct alternative){
        .instruction = address + (uint64_t)(int32_t)le32_at(entry),
        .replacement = address + 4 + (uint64_t)(int32_t)le32_at(entry + 4),
        .feature = le16_at(entry + 8) & (entry_size == ALTERNATIVE_SIZE_16
                                         ? 0x7fff : 0xffff),
        .inverted = entry[flag.byte] & flag.mask,
        .instruction_size = entry[sizes],
        .replacement_size = entry[sizes + 1],
    };
}

/*
 * In the running kernel (pvops.alternatives): how many native instructions
 * of these groups there are "if this is not Xen".  With `edit` they are put
 * in because it is Xen: the flag that inverts the condition goes.
 */
unsigned alternatives_edit(unsigned groups, bool edit);

/*
 * The group (PVOPS_*) of the operation that a native instruction can stand
 * for; 0: it is none of those.
 */
unsigned alternative_group(const uint8_t *code, unsigned size);

#endif
