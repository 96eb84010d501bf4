/* SPDX-License-Identifier: MIT */
/*
 * Our own part of every address space.  It is built once, at boot, and
 * shared: a guest's L4 gets our slots, which point to the same L3 tables.
 *
 * Leaves are never user-accessible (U = 0), and no leaf is both writable
 * and executable.
 */
#ifndef MACHINE_PAGING_H
#define MACHINE_PAGING_H

#include <stdint.h>

#include <lib/frame_number.h>
#include <machine/layout.h>
#include <machine/x86.h>

#define MAP_TEXT     (PTE_P | PTE_A)
#define MAP_RODATA   (PTE_P | PTE_A | PTE_NX)
#define MAP_DATA     (PTE_P | PTE_A | PTE_D | PTE_RW | PTE_NX)
#define MAP_UNCACHED (MAP_DATA | PTE_PCD | PTE_PWT)
#define MAP_WRITE_COMBINING (MAP_DATA | PTE_PWT)        /* by our PAT */

/* RAM in the direct map. */
static inline void *direct(uint64_t machine_address)
{
    return (void *)(DIRECT_MAP_BASE + machine_address);
}

static inline void *direct_mfn(mfn_t mfn)
{
    return direct(mfn_address(mfn));
}

/*
 * The frames that tables and CPU areas are made of: [start, end), below
 * 4 GiB, mapped by the boot page tables already.
 */
void pool_init(uint64_t start, uint64_t end);

/* A zeroed frame's machine address.  Panics when there is none left. */
uint64_t pool_frame(void);

/* How many frames of the pool are not in use. */
uint64_t pool_left(void);

/* Start our tables; nothing is mapped. */
void paging_init(void);

/* Machine address of an L4 that has our slots and nothing else. */
uint64_t paging_l4(void);

/*
 * Map [virtual, + size) to [machine, + size), page-aligned, inside our
 * slots, in pages as large as alignment and CPU allow.
 */
void paging_map(uint64_t virtual, uint64_t machine, uint64_t size,
                uint64_t flags);

/* The same in another L4, below our slots; nothing may be mapped there. */
void paging_map_in(uint64_t l4, uint64_t virtual, uint64_t machine,
                   uint64_t size, uint64_t flags);

/* Machine address of another L4 that has our slots. */
uint64_t paging_new_l4(void);

/* Where an address in our slots is mapped to; it must be. */
uint64_t paging_machine_address(uint64_t virtual);

/*
 * The entry of every L4 by which one that has our slots is known: that of
 * the image.
 */
uint64_t paging_mark_slot(void);

/* Take 4 KiB mappings away (boot's part of the image). */
void paging_unmap(uint64_t virtual, uint64_t size);

/* Map device registers, uncached; returns their address.  Never fails. */
volatile void *paging_map_device(uint64_t machine, uint64_t size);

/*
 * The same for registers that others on their page were mapped for before:
 * a page is mapped once.  NULL when too many different pages were.
 */
volatile void *paging_map_device_shared(uint64_t machine);

/* Let a page from paging_map_device() show other registers. */
void paging_remap_device(volatile void *page, uint64_t machine);

/* Write our slots into a guest's L4, if they aren't there yet. */
void paging_install(uint64_t *l4);

#endif
