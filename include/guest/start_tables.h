/* SPDX-License-Identifier: MIT */
/*
 * The page tables that a kernel starts with: 4 KiB leaves, present,
 * writable, executable, and never user-accessible: the kernel keeps the
 * lower levels for good.
 */
#ifndef GUEST_START_TABLES_H
#define GUEST_START_TABLES_H

#include <stdint.h>

struct start_tables {
    uint64_t *l4;               /* where the first table can be written */
    uint64_t *next;             /* the next unused table */
    uint64_t next_address;      /* and its machine address */
    uint64_t distance;          /* from where tables can be written to
                                   their machine addresses */
};

/* Tables that mapping [start, end) takes, the L4 among them. */
uint64_t start_tables_needed(uint64_t start, uint64_t end);

/*
 * Use `nr` frames from machine address `address` on, writable at `memory`;
 * the first becomes the L4.  All are cleared.
 */
void start_tables_init(struct start_tables *tables, void *memory,
                       uint64_t address, uint64_t nr);

/* Take further tables from here; they are cleared when they are used. */
void start_tables_extend(struct start_tables *tables, void *memory,
                         uint64_t address);

/* Map the page at `virtual` to machine frame `mfn`. */
void start_tables_map(struct start_tables *tables, uint64_t virtual,
                      uint64_t mfn);

#endif
