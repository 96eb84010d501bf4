/* SPDX-License-Identifier: MIT */
#ifndef BOOT_EFI_MAP_H
#define BOOT_EFI_MAP_H

#include <stdbool.h>

#include <boot/boot_info.h>

/*
 * Replace info->memory by what info->efi says of the map.  A map that
 * contradicts itself, lies outside the window or has no RAM is as good as
 * none: false, info->memory stays, info->efi.broken_map is set.
 */
bool efi_map_read(const struct physical_window *memory,
                  struct boot_info *info);

#endif
