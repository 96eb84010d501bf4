/* SPDX-License-Identifier: MIT */
/* Asking a PC BIOS what only it knows, for bios_info. */
#ifndef BOOT_BIOS_H
#define BOOT_BIOS_H

#include <boot/boot_info.h>

/*
 * Ask all that the options allow; nothing on EFI, and nothing without a
 * BIOS.  Completes info->video by what VBE says of its mode.
 */
void bios_ask(struct boot_info *info);

/* The parts of it, for between real_mode_begin() and real_mode_end(). */
void bios_ask_disks(void);
void bios_ask_signatures(void);
void bios_ask_display(const char *edid);
void bios_ask_video_mode(struct boot_video *video);

#endif
