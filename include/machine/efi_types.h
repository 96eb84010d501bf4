/* SPDX-License-Identifier: MIT */
/*
 * UEFI's own names and structures, from the gnu-efi package's headers.
 * Firmware is called by Microsoft's convention (UEFI 2.10, 2.3.4.2).
 */
#ifndef MACHINE_EFI_TYPES_H
#define MACHINE_EFI_TYPES_H

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#define GNU_EFI_USE_MS_ABI
#include <efi.h>

static_assert(sizeof(EFI_MEMORY_DESCRIPTOR) == 40, "UEFI 2.10, 7.2.3");
static_assert(sizeof(EFI_TABLE_HEADER) == 24, "UEFI 2.10, 4.2");
static_assert(sizeof(EFI_SYSTEM_TABLE) == 120, "UEFI 2.10, 4.3");
static_assert(sizeof(EFI_RUNTIME_SERVICES) == 136, "UEFI 2.10, 4.5");

#endif
