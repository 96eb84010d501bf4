/* SPDX-License-Identifier: MIT */
/* Finding the screen that firmware and loader left. */
#ifndef BOOT_VIDEO_H
#define BOOT_VIDEO_H

#include <boot/boot_info.h>

/*
 * Set up the screen for the console "vga", complete info->video.  A framebuffer
 * above the first 4 GiB gets into the boot page tables, for which `image`
 * is where the image lies.  `vga` is the option's value.
 */
void video_init(struct boot_info *info, uint64_t image, const char *vga);

/*
 * Map the framebuffer in our own address space, which has to be loaded
 * next: nothing can be logged until it is.
 */
void video_map(const struct boot_video *video);

/* Whether `vga=` says that the log stays on the screen: "...,keep". */
bool video_is_kept(const char *vga);

#endif
