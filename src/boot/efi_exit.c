/* SPDX-License-Identifier: MIT */
#include <boot/efi_exit.h>

#include <boot/efi_map.h>
#include <boot/efi_video.h>
#include <machine/efi_types.h>

#define FOUR_GIB (1ull << 32)

/* Each try may change the map once more; two is what it takes normally. */
#define TRIES 8

#define MAP_SIZE_MAX 0x10000

/* Ours: an allocation could get memory that GRUB loaded something to. */
static uint8_t map[MAP_SIZE_MAX] __attribute__((aligned(8)));

extern const char image_start[];

static struct {
    bool tried;
    EFI_STATUS status;
    UINTN map_size, descriptor_size;
    struct boot_video video;
} result;

/* UEFI 2.10, 7.4.6: only the newest map's key is accepted. */
static EFI_STATUS exit_once(EFI_BOOT_SERVICES *services, EFI_HANDLE image)
{
    UINT32 version;
    UINTN key;
    EFI_STATUS status;

    result.map_size = sizeof(map);
    status = services->GetMemoryMap(&result.map_size,
                                    (EFI_MEMORY_DESCRIPTOR *)map, &key,
                                    &result.descriptor_size, &version);
    if (EFI_ERROR(status))
        return status;
    return services->ExitBootServices(image, key);
}

void efi_exit_boot_services(uint32_t address)
{
    static struct boot_info info;
    const struct physical_window memory = { NULL, 0, FOUR_GIB };
    EFI_BOOT_SERVICES *services;

    if (multiboot2_parse(&memory, address, &info) != BOOT_OK
        || !info.efi.boot_services || !info.efi.system_table)
        return;
    services = ((EFI_SYSTEM_TABLE *)info.efi.system_table)->BootServices;
    efi_video_find(services, &result.video);
    result.tried = true;
    for (unsigned i = 0; i < TRIES; i++) {
        result.status = exit_once(services,
                                  (EFI_HANDLE)info.efi.image_handle);
        if (result.status != EFI_INVALID_PARAMETER)
            return;
    }
}

enum boot_error efi_exit_report(const struct physical_window *memory,
                                uint64_t image, struct boot_info *info)
{
    if (!info->efi.boot_services)
        return BOOT_OK;
    if (!result.tried || EFI_ERROR(result.status))
        return BOOT_EFI_STAYS;
    info->efi.map = image + (uint64_t)((const char *)map - image_start);
    info->efi.map_size = (uint32_t)result.map_size;
    info->efi.descriptor_size = (uint32_t)result.descriptor_size;
    if (info->video.type == BOOT_VIDEO_NONE)
        info->video = result.video;
    return efi_map_read(memory, info) ? BOOT_OK : BOOT_NO_MEMORY_MAP;
}
