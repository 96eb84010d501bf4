/* SPDX-License-Identifier: MIT */
#ifndef BOOT_EFI_VIDEO_H
#define BOOT_EFI_VIDEO_H

#include <boot/boot_info.h>
#include <machine/efi_types.h>

/* Describe the screen's mode, which stays; BOOT_VIDEO_NONE without one. */
void efi_video_find(EFI_BOOT_SERVICES *services, struct boot_video *video);

/* The same of one mode. */
void efi_video_describe(const EFI_GRAPHICS_OUTPUT_PROTOCOL_MODE *mode,
                        struct boot_video *video);

#endif
