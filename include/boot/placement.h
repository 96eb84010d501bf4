/* SPDX-License-Identifier: MIT */
/*
 * Who gets which memory.  `claims` is the machine's map with everything
 * taken out that is in use until the kernel runs; domain.memory is the map
 * that the kernel gets, with everything taken out that stays ours.
 */
#ifndef BOOT_PLACEMENT_H
#define BOOT_PLACEMENT_H

#include <stdint.h>
#include <boot/boot_info.h>
#include <machine/efi_map.h>

extern struct memory_map claims;

struct placement {
    uint64_t image;             /* where the loader put all of the image */
    uint64_t resident;          /* where the part that stays goes */
    uint64_t m2p;
    uint64_t m2p_size;          /* whole 2 MiB */
    uint64_t efi_room;          /* 0: there is no EFI map */
    struct efi_map efi_map;     /* a copy behind it, in the direct map */
};

extern struct placement placement;

/*
 * Choose places for what stays, claim what the loader left, start the pool
 * and domain.memory.  Panics when there isn't enough RAM.
 */
void placement_init(const struct boot_info *info, uint64_t image);

/* Our address space: image, direct map, M2P. */
void placement_map(const struct boot_info *info);

/*
 * Whole pages for good, below 4 GiB and not the kernel's, which must not be
 * placed yet.  Panics when there is no room.
 */
uint64_t placement_take(uint64_t size);

/* What placement_take() gave, of that size: the kernel has it after all. */
void placement_give_back(uint64_t start, uint64_t size);

/*
 * Set aside `size` bytes (whole pages) between `lowest` and 4 GiB that the
 * kernel can get by XENMEM_exchange; 0 on machines without RAM above, which
 * don't need it, and where there is no room.
 */
uint64_t placement_exchange_pool(uint64_t size, uint64_t lowest);

/*
 * Memory for the time until the kernel runs, highest first; UINT64_MAX if
 * there is none.  Release what isn't needed any longer.
 */
uint64_t claim_temporary(uint64_t size);
void claim_release(uint64_t start, uint64_t size);

/* A free page below 1 MiB, for the moment, or 0. */
uint64_t placement_low_page(void);

/* A page for good, in what the kernel isn't given below 1 MiB, or 0. */
uint64_t placement_low_table(void);

/* Where something of boot's part of the image lies. */
uint64_t placement_loaded_at(const void *address);

/* Take a place; false if some of it is in use or not RAM. */
bool claim_fixed(uint64_t start, uint64_t end);

#endif
