/* SPDX-License-Identifier: MIT */
#include <machine/efi_tables.h>

#include <machine/paging.h>

#define GIB (1ull << 30)

/* Below the half of the address space that is ours and the kernel's. */
#define FIRMWARE_END (1ull << 47)
/* A region of more is a mistake; flash and PCI's space are smaller. */
#define REGION_MAX   (4 * GIB)

struct region {
    uint64_t start, size, attribute;
};

static bool next_region(const struct efi_map *map, uint32_t *offset,
                        struct region *region)
{
    EFI_MEMORY_DESCRIPTOR descriptor;

    while (efi_map_next(map, offset, &descriptor)) {
        if (!efi_is_runtime(&descriptor) || !descriptor.NumberOfPages)
            continue;
        region->start = descriptor.PhysicalStart;
        region->attribute = descriptor.Attribute;
        region->size = descriptor.NumberOfPages > REGION_MAX >> PAGE_SHIFT
                       ? UINT64_MAX
                       : descriptor.NumberOfPages << PAGE_SHIFT;
        return true;
    }
    return false;
}

static bool overlaps_later(const struct efi_map *map, uint32_t offset,
                           const struct region *region)
{
    struct region later;

    while (next_region(map, &offset, &later))
        if (later.start < region->start + region->size
            && region->start < later.start + later.size)
            return true;
    return false;
}

const char *efi_tables_refuse(const struct efi_map *map)
{
    struct region region;
    uint32_t offset = 0;

    while (next_region(map, &offset, &region)) {
        if (region.start & (PAGE_SIZE - 1))
            return "a region does not begin on a page";
        if (region.size > REGION_MAX)
            return "a region is larger than 4 GiB";
        if (region.start >= FIRMWARE_END - region.size)
            return "a region lies above 47 bits";
        if (overlaps_later(map, offset, &region))
            return "two regions overlap";
    }
    return NULL;
}

/* PAT entries as cpu.c lays them out: WB 0, WC 1, UC 3. */
static uint64_t leaf_flags(uint64_t attribute)
{
    uint64_t flags = PTE_P | PTE_RW | PTE_A | PTE_D;

    if (!(attribute & EFI_MEMORY_WB))
        flags |= attribute & EFI_MEMORY_WC ? PTE_PWT : PTE_PCD | PTE_PWT;
    return attribute & EFI_MEMORY_XP ? flags | PTE_NX : flags;
}

uint64_t efi_tables_build(const struct efi_map *map)
{
    uint64_t l4 = paging_new_l4();
    struct region region;
    uint32_t offset = 0;

    while (next_region(map, &offset, &region))
        paging_map_in(l4, region.start, region.start, region.size,
                      leaf_flags(region.attribute));
    return l4;
}

bool efi_tables_hold(const struct efi_map *map, uint64_t address,
                     uint64_t size)
{
    struct region region;
    uint32_t offset = 0;

    while (next_region(map, &offset, &region))
        if (address >= region.start && size <= region.size
            && address - region.start <= region.size - size)
            return true;
    return false;
}

uint64_t efi_tables_needed(const struct efi_map *map)
{
    uint64_t last_2mib = UINT64_MAX, last_gib = UINT64_MAX;
    uint64_t tables = 1;                /* the L4 */
    struct region region;
    uint32_t offset = 0;

    while (next_region(map, &offset, &region)) {
        uint64_t end = region.start + region.size - 1;

        if (region.size > REGION_MAX || end < region.start)
            continue;                   /* refused */
        tables += (region.start >> 21 != last_2mib)
                  + (end >> 21 != region.start >> 21)
                  + (end >> 30) - (region.start >> 30)
                  + (end >> 39) - (region.start >> 39)
                  + (region.start >> 30 != last_gib)
                  + (region.start >> 39 != last_gib >> 9);
        last_2mib = end >> 21;
        last_gib = end >> 30;
    }
    return tables;
}
