/* SPDX-License-Identifier: MIT */
#include <boot/efi_map.h>

#include <machine/efi_map.h>

/* No firmware's is larger than a few fields behind the structure. */
#define DESCRIPTOR_SIZE_MAX 256

static uint32_t ram_type(const EFI_MEMORY_DESCRIPTOR *descriptor)
{
    if (descriptor->Attribute & EFI_MEMORY_RUNTIME)
        return MEMORY_RESERVED;
    return descriptor->Attribute & EFI_MEMORY_WB ? MEMORY_RAM
                                                 : MEMORY_UNUSABLE;
}

/* UEFI 2.10, table 7.6, "Memory Type Usage after ExitBootServices()". */
static uint32_t memory_type(const EFI_MEMORY_DESCRIPTOR *descriptor)
{
    switch (descriptor->Type) {
    case EfiLoaderCode:
    case EfiLoaderData:
    case EfiBootServicesCode:
    case EfiBootServicesData:
    case EfiConventionalMemory:
        return ram_type(descriptor);
    case EfiUnusableMemory:
        return MEMORY_UNUSABLE;
    case EfiACPIReclaimMemory:
        return MEMORY_ACPI;
    case EfiACPIMemoryNVS:
        return MEMORY_NVS;
    default:
        return MEMORY_RESERVED;
    }
}

static bool has_ram(const struct efi_map *map)
{
    EFI_MEMORY_DESCRIPTOR descriptor;
    uint32_t offset = 0;

    while (efi_map_next(map, &offset, &descriptor))
        if (descriptor.NumberOfPages
            && memory_type(&descriptor) == MEMORY_RAM)
            return true;
    return false;
}

static bool open_map(const struct physical_window *memory,
                     const struct boot_efi *efi, struct efi_map *map)
{
    *map = (struct efi_map){
        .start = physical_at(memory, efi->map, efi->map_size),
        .size = efi->map_size,
        .descriptor_size = efi->descriptor_size,
    };
    return map->start != NULL
           && map->descriptor_size >= sizeof(EFI_MEMORY_DESCRIPTOR)
           && map->descriptor_size <= DESCRIPTOR_SIZE_MAX
           && map->size % map->descriptor_size == 0
           && has_ram(map);
}

bool efi_map_read(const struct physical_window *memory,
                  struct boot_info *info)
{
    EFI_MEMORY_DESCRIPTOR descriptor;
    struct efi_map map;
    uint32_t offset = 0;

    if (!open_map(memory, &info->efi, &map)) {
        info->efi.broken_map = true;
        info->efi.map = 0;
        return false;
    }
    info->memory.nr = 0;
    info->memory_faults = 0;
    while (efi_map_next(&map, &offset, &descriptor)) {
        uint64_t pages = descriptor.NumberOfPages;
        /* What passes 2^64 is cut there, and reported. */
        uint64_t size = pages > UINT64_MAX >> EFI_PAGE_SHIFT
                        ? UINT64_MAX : pages << EFI_PAGE_SHIFT;

        info->memory_faults |= memory_map_add(&info->memory,
                                              descriptor.PhysicalStart, size,
                                              memory_type(&descriptor));
    }
    return true;
}
