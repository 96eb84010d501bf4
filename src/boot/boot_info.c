/* SPDX-License-Identifier: MIT */
#include <boot/boot_info_build.h>
#include <lib/string.h>

#define KIB 1024ull
#define HIGH_MEMORY (1ull << 20)

const char *boot_error_text(enum boot_error error)
{
    switch (error) {
    case BOOT_OK:
        return "no error";
    case BOOT_NO_INFO:
        return "the boot loader's information lies outside memory";
    case BOOT_BAD_INFO:
        return "the boot loader's information contradicts itself";
    case BOOT_NO_MEMORY_MAP:
        return "the boot loader tells neither a memory map nor a size";
    case BOOT_EFI_STAYS:
        return "EFI's boot services could not be ended";
    }
    return "unknown error";
}

void boot_info_start(struct boot_info *info, const char *protocol)
{
    memset(info, 0, sizeof(*info));
    info->protocol = protocol;
    info->loader = "";
    info->command_line = "";
}

void boot_info_add_module(struct boot_info *info,
                          const struct physical_window *memory,
                          uint64_t start, uint64_t end,
                          const char *command_line)
{
    struct boot_module *module = &info->modules[info->nr_modules];

    if (info->nr_modules == BOOT_MODULES_MAX || end < start
        || physical_at(memory, start, end - start) == NULL) {
        info->dropped_modules++;
        return;
    }
    module->start = start;
    module->size = end - start;
    module->command_line = command_line;
    info->nr_modules++;
}

enum boot_error boot_info_add_basic_memory(struct boot_info *info,
                                           uint32_t lower, uint32_t upper)
{
    if (upper == 0)
        return BOOT_NO_MEMORY_MAP;
    if (lower != 0)
        info->memory_faults |= memory_map_add(&info->memory, 0, lower * KIB,
                                              MEMORY_RAM);
    info->memory_faults |= memory_map_add(&info->memory, HIGH_MEMORY,
                                          upper * KIB, MEMORY_RAM);
    return BOOT_OK;
}

void boot_info_set_video(struct boot_info *info,
                         const struct multiboot_framebuffer *framebuffer,
                         const struct multiboot_rgb *rgb)
{
    struct boot_video *video = &info->video;

    switch (framebuffer->type) {
    case MULTIBOOT_FRAMEBUFFER_TEXT:
        video->type = BOOT_VIDEO_TEXT;
        break;
    case MULTIBOOT_FRAMEBUFFER_RGB:
        video->type = BOOT_VIDEO_RGB;
        video->red_position = rgb->red_position;
        video->red_size = rgb->red_size;
        video->green_position = rgb->green_position;
        video->green_size = rgb->green_size;
        video->blue_position = rgb->blue_position;
        video->blue_size = rgb->blue_size;
        break;
    default:                    /* a palette: nothing here can draw on it */
        return;
    }

    video->address = framebuffer->address;
    video->pitch = framebuffer->pitch;
    video->width = framebuffer->width;
    video->height = framebuffer->height;
    video->depth = framebuffer->bpp;
}
