/* SPDX-License-Identifier: MIT */
#include <boot/placement.h>

#include <guest/domain.h>
#include <lib/console.h>
#include <lib/panic.h>
#include <lib/round.h>
#include <lib/string.h>
#include <machine/efi.h>
#include <machine/efi_tables.h>
#include <machine/layout.h>
#include <machine/paging.h>
#include <machine/smp.h>

#define MIB (1ull << 20)
#define GIB (1ull << 30)

/* The first MiB is firmware's and the kernel's: nothing of ours goes there. */
#define LOWEST MIB

/*
 * The kernel's low RAM ends here: some kernels take what is above for
 * firmware (iSCSI boot tables) whatever the map says, and would shift p2m.
 */
#define LOW_RAM_END  0x80000
#define LOW_HOLE_END 0x100000

/* In boot's own part: "in use until the kernel runs". */
#define MEMORY_CLAIMED MEMORY_UNUSABLE

/* CPU area, page tables of our slots, shared_info and the like. */
#define POOL_FRAMES     128
#define POOL_PER_RANGE  4               /* tables for ragged edges */
#define POOL_PER_CPU    24              /* its area, tables, event ports */

extern const char image_start[], resident_start[], resident_end[],
    text_end[], rodata_end[], image_end[];

struct memory_map claims;
struct placement placement;

static void claim(uint64_t start, uint64_t size)
{
    if (!memory_map_set(&claims, round_down(start, PAGE_SIZE),
                        round_up(start + size, PAGE_SIZE), MEMORY_CLAIMED))
        panic("The memory map has too many ranges");
}

/* Out of the kernel's map for good. */
static void reserve(uint64_t start, uint64_t size)
{
    claim(start, size);
    if (!memory_map_set(&domain.memory, start, start + size,
                        MEMORY_RESERVED))
        panic("The memory map has too many ranges");
}

uint64_t claim_temporary(uint64_t size)
{
    uint64_t place = memory_map_find(&claims, round_up(size, PAGE_SIZE),
                                     PAGE_SIZE, LOWEST, UINT64_MAX, true);

    if (place != UINT64_MAX)
        claim(place, size);
    return place;
}

void claim_release(uint64_t start, uint64_t size)
{
    memory_map_set(&claims, start, round_up(start + size, PAGE_SIZE),
                   MEMORY_RAM);
}

bool claim_fixed(uint64_t start, uint64_t end)
{
    if (!memory_map_is(&claims, start, end, MEMORY_RAM))
        return false;
    claim(start, end - start);
    return true;
}

uint64_t placement_low_page(void)
{
    uint64_t place = memory_map_find(&claims, PAGE_SIZE, PAGE_SIZE,
                                     PAGE_SIZE, LOWEST, true);

    return place == UINT64_MAX ? 0 : place;
}

uint64_t placement_low_table(void)
{
    uint64_t place = memory_map_find(&claims, PAGE_SIZE, PAGE_SIZE,
                                     LOW_RAM_END, LOW_HOLE_END, false);

    if (place == UINT64_MAX)
        return 0;
    claim(place, PAGE_SIZE);
    return place;
}

uint64_t placement_loaded_at(const void *address)
{
    return placement.image
           + (uint64_t)((const char *)address - image_start);
}

static uint64_t highest_ram(const struct memory_map *map)
{
    uint64_t end = 0;

    for (unsigned i = 0; i < map->nr; i++)
        if (map->ranges[i].type == MEMORY_RAM && map->ranges[i].end > end)
            end = map->ranges[i].end;
    return end;
}

static struct efi_map loaders_efi_map(const struct boot_info *info)
{
    return (struct efi_map){ direct(info->efi.map), info->efi.map_size,
                             info->efi.descriptor_size };
}

static uint64_t pool_size(const struct boot_info *info)
{
    uint64_t frames = POOL_FRAMES + POOL_PER_RANGE * info->memory.nr;
    struct efi_map efi_map = loaders_efi_map(info);

    if (info->efi.map)
        frames += efi_tables_needed(&efi_map);

    /* Without 1 GiB pages the direct map needs a table for each GiB. */
    frames += highest_ram(&claims) / GIB + 1;
    frames += (smp.nr_cpus - 1) * POOL_PER_CPU;
    return frames * PAGE_SIZE;
}

static uint64_t take(uint64_t size, uint64_t align, uint64_t max)
{
    uint64_t place = memory_map_find(&claims, size, align, LOWEST, max,
                                     true);

    if (place == UINT64_MAX)
        panic("Too little RAM: no %lu KiB for microxen itself", size >> 10);
    reserve(place, size);
    return place;
}

uint64_t placement_take(uint64_t size)
{
    return take(round_up(size, PAGE_SIZE), PAGE_SIZE, 4 * GIB);
}

void placement_give_back(uint64_t start, uint64_t size)
{
    claim_release(start, size);
    memory_map_set(&domain.memory, start, round_up(start + size, PAGE_SIZE),
                   MEMORY_RAM);
}

uint64_t placement_exchange_pool(uint64_t size, uint64_t lowest)
{
    uint64_t place;

    if (!size || highest_ram(&domain.memory) <= 4 * GIB)
        return 0;
    place = memory_map_find(&claims, size, 2 * MIB, lowest, 4 * GIB, true);
    if (place == UINT64_MAX) {
        printk("No %lu MiB below 4 GiB for exchange-pool: done without\n",
               size >> 20);
        return 0;
    }
    reserve(place, size);
    return place;
}

/* What stays of EFI's: room for its calls, a copy of its map. */
static void place_efi(const struct boot_info *info)
{
    struct efi_map map = loaders_efi_map(info);

    if (!info->efi.map)
        return;
    placement.efi_room = take(round_up(EFI_ROOM + map.size, PAGE_SIZE),
                              PAGE_SIZE, 4 * GIB);
    memcpy(direct(placement.efi_room + EFI_ROOM), map.start, map.size);
    map.start = direct(placement.efi_room + EFI_ROOM);
    placement.efi_map = map;
}

static void claim_what_is_there(const struct boot_info *info)
{
    claim(placement.image, (uint64_t)(image_end - image_start));
    for (unsigned i = 0; i < info->nr_modules; i++)
        claim(info->modules[i].start, info->modules[i].size);
    if (info->rsdp)
        claim(info->rsdp, PAGE_SIZE);
    if (info->efi.map)
        claim(info->efi.map, info->efi.map_size);
}

void placement_init(const struct boot_info *info, uint64_t image)
{
    placement.image = image;
    claims = info->memory;
    memory_map_round(&claims);
    domain.memory = claims;

    if (!memory_map_ram(&claims))
        panic("The memory map has no RAM");
    if (!memory_map_set(&domain.memory, LOW_RAM_END, LOW_HOLE_END,
                        MEMORY_RESERVED))
        panic("The memory map has too many ranges");
    claim_what_is_there(info);
    domain.max_mfn = highest_ram(&claims) >> PAGE_SHIFT;

    uint64_t resident = (uint64_t)(resident_end - resident_start);
    uint64_t pool = pool_size(info);

    placement.resident = take(resident + pool, PAGE_SIZE, 4 * GIB);
    pool_init(placement.resident + resident,
              placement.resident + resident + pool);
    place_efi(info);
    placement.m2p_size = round_up(domain.max_mfn * sizeof(uint64_t),
                                  2 * MIB);
    placement.m2p = take(placement.m2p_size, 2 * MIB, UINT64_MAX);
    printk("microxen at %#lx, %lu KiB; machine-to-physical table at %#lx, "
           "%lu KiB\n", placement.resident, (resident + pool) >> 10,
           placement.m2p, placement.m2p_size >> 10);
}

static void map_image(const char *from, const char *to, uint64_t physical,
                      uint64_t flags)
{
    paging_map((uint64_t)from, physical, (uint64_t)(to - from), flags);
}

static uint64_t moved_to(const char *symbol)
{
    return placement.resident + (uint64_t)(symbol - resident_start);
}

/* RAM, and tables that firmware left in it; the VGA's memory uncached. */
static void map_ram(const struct boot_info *info)
{
    static struct memory_map rounded;   /* too large for the stack */

    rounded = info->memory;
    memory_map_round(&rounded);
    for (unsigned i = 0; i < rounded.nr; i++) {
        const struct memory_range *range = &rounded.ranges[i];

        if (range->type == MEMORY_RAM
            && range->end <= DIRECT_MAP_END - DIRECT_MAP_BASE)
            paging_map(DIRECT_MAP_BASE + range->start, range->start,
                       range->end - range->start, MAP_DATA);
    }
    paging_map(DIRECT_MAP_BASE + 0xa0000, 0xa0000, 0x20000, MAP_UNCACHED);
}

void placement_map(const struct boot_info *info)
{
    paging_init();
    map_image(image_start, resident_start, placement_loaded_at(image_start),
              PTE_P | PTE_RW | PTE_A | PTE_D);
    map_image(resident_end, image_end, placement_loaded_at(resident_end),
              PTE_P | PTE_RW | PTE_A | PTE_D);
    map_image(resident_start, text_end, moved_to(resident_start), MAP_TEXT);
    map_image(text_end, rodata_end, moved_to(text_end), MAP_RODATA);
    map_image(rodata_end, resident_end, moved_to(rodata_end), MAP_DATA);
    map_ram(info);
    paging_map(M2P_BASE, placement.m2p, placement.m2p_size, MAP_DATA);
}
