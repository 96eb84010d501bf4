/* SPDX-License-Identifier: MIT */
/* EFI's memory map (UEFI 2.10, 7.2.3, GetMemoryMap) as it lies in memory. */
#ifndef MACHINE_EFI_MAP_H
#define MACHINE_EFI_MAP_H

#include <stdbool.h>

#include <lib/string.h>
#include <machine/efi_types.h>

struct efi_map {
    const uint8_t *start;
    uint32_t size;              /* bytes: whole descriptors */
    uint32_t descriptor_size;   /* at least that of the structure */
};

/* Read the descriptor at *offset (first 0) and go on; false behind the last. */
static inline bool efi_map_next(const struct efi_map *map, uint32_t *offset,
                                EFI_MEMORY_DESCRIPTOR *descriptor)
{
    if (*offset >= map->size)
        return false;
    memcpy(descriptor, map->start + *offset, sizeof(*descriptor));
    *offset += map->descriptor_size;
    return true;
}

/* The firmware's own at run time, which has to stay mapped for its calls. */
static inline bool efi_is_runtime(const EFI_MEMORY_DESCRIPTOR *descriptor)
{
    return descriptor->Attribute & EFI_MEMORY_RUNTIME
           || descriptor->Type == EfiRuntimeServicesCode
           || descriptor->Type == EfiRuntimeServicesData;
}

#endif
