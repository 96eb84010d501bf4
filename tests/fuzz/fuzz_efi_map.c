/* SPDX-License-Identifier: MIT */
/* The input is a size of descriptors, 8 bytes, and the map behind it. */
/* sources: src/boot/efi_map.c src/boot/memory_map.c */
/* sources: src/machine/efi_tables.c */
#include <boot/efi_map.h>
#include <machine/efi_tables.h>
#include <machine/paging.h>

#include "fuzz_memory_map.h"

#define WINDOW 0x10000u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* One bit a 2 MiB page of what can't be mapped by one leaf, and above. */
#define SEEN_MAX 4096
static uint64_t seen[SEEN_MAX];
static unsigned nr_seen, nr_tables;

static void need_table(uint64_t name)
{
    for (unsigned i = 0; i < nr_seen; i++)
        if (seen[i] == name)
            return;
    if (nr_seen < SEEN_MAX)
        seen[nr_seen++] = name;
    nr_tables++;
}

uint64_t paging_new_l4(void)
{
    nr_seen = 0;
    nr_tables = 1;
    return 0x1000;
}

/* Without large leaves but of 2 MiB, the most tables that paging.c makes. */
void paging_map_in(uint64_t l4, uint64_t virtual, uint64_t machine,
                   uint64_t size, uint64_t flags)
{
    (void)flags;
    if (l4 != 0x1000 || virtual != machine || !size
        || virtual + size > 1ull << 47)
        abort();
    for (uint64_t at = virtual & ~0x1fffffull; at < virtual + size;
         at += 0x200000) {
        need_table(1ull << 62 | at >> 39);
        need_table(2ull << 62 | at >> 30);
        if (at < virtual || at + 0x200000 > virtual + size)
            need_table(3ull << 62 | at >> 21);
    }
}

static void check_tables(const struct efi_map *map)
{
    uint64_t needed = efi_tables_needed(map);

    if (efi_tables_refuse(map))
        return;
    efi_tables_build(map);
    if (nr_tables > needed)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct boot_info info;
    struct physical_window window = { data, WINDOW, size };
    uint64_t descriptor_size;

    if (size < sizeof(descriptor_size))
        return 0;
    memcpy(&descriptor_size, data, sizeof(descriptor_size));
    memset(&info, 0, sizeof(info));
    info.efi.map = WINDOW + sizeof(descriptor_size);
    info.efi.map_size = size - sizeof(descriptor_size);
    info.efi.descriptor_size = descriptor_size;
    if (!efi_map_read(&window, &info))
        return 0;
    check_memory_map(&info.memory);
    check_tables(&(struct efi_map){ data + sizeof(descriptor_size),
                                    info.efi.map_size,
                                    info.efi.descriptor_size });
    return 0;
}
