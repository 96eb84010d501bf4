/* SPDX-License-Identifier: MIT */
/*
 * When the loader leaves EFI's boot services on: ending them is the first
 * thing that we do, and what they alone can tell is asked for before.
 */
#ifndef BOOT_EFI_EXIT_H
#define BOOT_EFI_EXIT_H

#include <stdint.h>

#include <boot/boot_info.h>

/*
 * From efi_start.S, in the firmware's address space, with the image where
 * the loader put it: no pointer in its data is right there.  `address` is
 * that of the multiboot 2 information.
 */
void efi_exit_boot_services(uint32_t address);

/*
 * Add to info what was learnt: the memory map, the screen if the loader
 * told of none.  `image` is where the image lies.  BOOT_EFI_STAYS when the
 * boot services could not be ended, BOOT_NO_MEMORY_MAP when the map is of
 * no use; without boot services nothing is done.
 */
enum boot_error efi_exit_report(const struct physical_window *memory,
                                uint64_t image, struct boot_info *info);

#endif
