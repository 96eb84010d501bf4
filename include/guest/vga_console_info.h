/* SPDX-License-Identifier: MIT */
/* What the initial domain is told of the screen. */
#ifndef GUEST_VGA_CONSOLE_INFO_H
#define GUEST_VGA_CONSOLE_INFO_H

#include <boot/boot_info.h>

struct dom0_vga_console_info;

struct text_cursor {
    unsigned column, row;
};

/*
 * public/xen.h, struct dom0_vga_console_info: *video is as video_init()
 * leaves it, `cursor` counts on a text screen, `efi` is whether firmware is
 * EFI.  All zero says that there is no screen.
 */
void vga_console_info_fill(struct dom0_vga_console_info *console,
                           const struct boot_video *video,
                           struct text_cursor cursor, bool efi);

#endif
