/* SPDX-License-Identifier: MIT */
/* EFI memory maps for tests, with descriptors as long as firmware's are. */
#ifndef EFI_MAP_BUILDER_H
#define EFI_MAP_BUILDER_H

#include <string.h>

#include <machine/efi_map.h>

#define TEST_DESCRIPTOR_SIZE 48u
#define TEST_RUNTIME         EFI_MEMORY_RUNTIME

struct test_efi_map {
    uint8_t data[64 * TEST_DESCRIPTOR_SIZE];
    uint32_t size;
};

static inline void test_efi_map_add(struct test_efi_map *map, uint32_t type,
                                    uint64_t start, uint64_t pages,
                                    uint64_t attribute)
{
    EFI_MEMORY_DESCRIPTOR descriptor = {
        .Type = type, .PhysicalStart = start, .NumberOfPages = pages,
        .Attribute = attribute,
    };

    memcpy(map->data + map->size, &descriptor, sizeof(descriptor));
    map->size += TEST_DESCRIPTOR_SIZE;
}

#endif
