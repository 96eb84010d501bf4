/* SPDX-License-Identifier: MIT */
/* What the readers of the two multiboot protocols share. */
#ifndef BOOT_BOOT_INFO_BUILD_H
#define BOOT_BOOT_INFO_BUILD_H

#include <assert.h>

#include <boot/boot_info.h>

/* An empty boot_info whose strings are "". */
void boot_info_start(struct boot_info *info, const char *protocol);

/* Append a module; one that does not fit or lies outside is counted. */
void boot_info_add_module(struct boot_info *info,
                          const struct physical_window *memory,
                          uint64_t start, uint64_t end,
                          const char *command_line);

/*
 * When there is no map: KiB of RAM from 0 and from 1 MiB.  An upper size
 * of 0 is BOOT_NO_MEMORY_MAP.
 */
enum boot_error boot_info_add_basic_memory(struct boot_info *info,
                                           uint32_t lower, uint32_t upper);

/* Both protocols' description of the screen. */
struct multiboot_framebuffer {
    uint64_t address;
    uint32_t pitch;
    uint32_t width;
    uint32_t height;
    uint8_t bpp;
    uint8_t type;               /* enum multiboot_framebuffer_type */
} __attribute__((packed));

static_assert(sizeof(struct multiboot_framebuffer) == 22, "");

enum multiboot_framebuffer_type {
    MULTIBOOT_FRAMEBUFFER_INDEXED = 0,
    MULTIBOOT_FRAMEBUFFER_RGB = 1,
    MULTIBOOT_FRAMEBUFFER_TEXT = 2,
};

struct multiboot_rgb {
    uint8_t red_position, red_size;
    uint8_t green_position, green_size;
    uint8_t blue_position, blue_size;
};

static_assert(sizeof(struct multiboot_rgb) == 6, "");

/* `rgb` is only looked at if the type is ..._RGB. */
void boot_info_set_video(struct boot_info *info,
                         const struct multiboot_framebuffer *framebuffer,
                         const struct multiboot_rgb *rgb);

#endif
