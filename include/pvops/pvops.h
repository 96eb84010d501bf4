/* SPDX-License-Identifier: MIT */
/*
 * Giving a Linux kernel its own native operations back, in place of those
 * that it uses on Xen (docs/design.md, "pv_ops").  Its structure pv_ops
 * says for each operation which function does it; as linked it holds the
 * native ones, and the kernel overwrites them when it finds itself on Xen.
 *
 * Boot reads from the image what there is to be known (guest/pvops_find.h);
 * what is here does it, when the kernel has got so far.
 */
#ifndef PVOPS_PVOPS_H
#define PVOPS_PVOPS_H

#include <stdint.h>

#include <pvops/alternatives.h>

/* What may be replaced: command line `pvops`. */
#define PVOPS_MMU 0x1u          /* page tables, CR2, CR3, flushes */
#define PVOPS_CPU 0x2u          /* context switches, descriptors, CR4 */
#define PVOPS_IRQ 0x4u          /* the interrupt flag */
#define PVOPS_LARGE_PAGES 0x8u  /* not operations: what they make possible */

/* By what; and what is known of it. */
enum pvop_action {
    PVOP_NATIVE,                /* what was linked in */
    PVOP_FREE_TABLE,            /* on several CPUs, native with PVOPS_IRQ */
    PVOP_PGD_ALLOC,             /* a stub that adds our slots to an L4 */
    PVOP_LOAD_SP0,              /* a stub that sets the TSS's RSP0 */
    PVOP_READ_MSR,              /* stubs: as natively for segments' bases */
    PVOP_WRITE_MSR,
    PVOP_SAFE_HALT,             /* a stub: wait in microxen, flag set */
    PVOP_LOAD_GDT,              /* with large pages, a stub: a hypercall */
    PVOP_KEEP,                  /* Xen's stays */
};

struct pvop {
    uint16_t offset;            /* in pv_ops */
    uint8_t action;
    uint8_t group;              /* one of PVOPS_* */
    uint16_t parameters;        /* how many; 0: not known */
    bool on_xen_other;          /* it is known to differ on Xen */
    uint64_t native;            /* virtual address */
};

#define PVOPS_MAX       96
#define PVOPS_CALL_SIZE 6

/* All addresses are virtual if nothing else is said. */
struct pvops {
    unsigned groups;            /* 0: nothing is to be done */
    uint64_t image_offset;      /* virtual less machine address */
    uint64_t table;             /* pv_ops */
    uint64_t text, text_end;
    unsigned nr;
    struct pvop ops[PVOPS_MAX];
    uint32_t mm_pgd;            /* where struct mm_struct has its L4 */
    struct alternatives alternatives;
    uint64_t call;              /* a call through pv_ops, and its code */
    uint8_t call_code[PVOPS_CALL_SIZE];
    uint64_t stub_tables[2];    /* machine: an L1 table, a page for stubs */
};

extern struct pvops pvops;

/*
 * The kernel is about to patch its code: replace the operations now, if all
 * is as it must be, and log what was done or why nothing was.
 */
void pvops_replace(void);

#endif
