/* SPDX-License-Identifier: MIT */
#include <boot/boot_text.h>
#include <lib/string.h>

#include <assert.h>

/* Multiboot Specification 0.6.96, section 3.3, "Boot information format". */
enum info_flags {
    INFO_MEMORY = 1u << 0,
    INFO_COMMAND_LINE = 1u << 2,
    INFO_MODULES = 1u << 3,
    INFO_MEMORY_MAP = 1u << 6,
    INFO_LOADER_NAME = 1u << 9,
    INFO_FRAMEBUFFER = 1u << 12,
};

struct multiboot1_info {
    uint32_t flags;
    uint32_t mem_lower;         /* KiB */
    uint32_t mem_upper;         /* KiB above 1 MiB */
    uint32_t boot_device;
    uint32_t cmdline;
    uint32_t mods_count;
    uint32_t mods_addr;
    uint32_t syms[4];
    uint32_t mmap_length;
    uint32_t mmap_addr;
    uint32_t drives_length;
    uint32_t drives_addr;
    uint32_t config_table;
    uint32_t boot_loader_name;
    uint32_t apm_table;
    uint32_t vbe[4];
} __attribute__((packed));

static_assert(sizeof(struct multiboot1_info) == 88, "ends at framebuffer");

/* Follows the above when the flag is set; older loaders end before it. */
struct multiboot1_framebuffer {
    uint64_t address;
    uint32_t pitch;
    uint32_t width;
    uint32_t height;
    uint8_t bpp;
    uint8_t type;
    uint8_t red_position, red_size;
    uint8_t green_position, green_size;
    uint8_t blue_position, blue_size;
} __attribute__((packed));

static_assert(sizeof(struct multiboot1_framebuffer) == 28, "ends at 116");

enum framebuffer_type {
    FRAMEBUFFER_INDEXED = 0,
    FRAMEBUFFER_RGB = 1,
    FRAMEBUFFER_TEXT = 2,
};

struct multiboot1_module {
    uint32_t mod_start;
    uint32_t mod_end;
    uint32_t string;
    uint32_t reserved;
};

static_assert(sizeof(struct multiboot1_module) == 16, "");

struct multiboot1_mmap_entry {
    uint32_t size;              /* of what follows this field */
    uint64_t address;
    uint64_t length;
    uint32_t type;
} __attribute__((packed));

static_assert(sizeof(struct multiboot1_mmap_entry) == 24, "");

#define KIB 1024ull
#define HIGH_MEMORY (1ull << 20)

static bool read_modules(const struct physical_window *memory,
                         const struct multiboot1_info *mbi,
                         struct boot_info *info)
{
    uint64_t size = mbi->mods_count * sizeof(struct multiboot1_module);
    const uint8_t *table = physical_at(memory, mbi->mods_addr, size);

    if (mbi->mods_count == 0)
        return true;
    if (table == NULL)
        return false;

    for (uint32_t i = 0; i < mbi->mods_count; i++) {
        struct multiboot1_module module;
        const char *line = "";

        memcpy(&module, table + i * sizeof(module), sizeof(module));
        if (info->nr_modules < BOOT_MODULES_MAX)
            line = boot_text_at(info, memory, module.string);
        boot_info_add_module(info, memory, module.mod_start, module.mod_end,
                             boot_text_arguments(line, info->loader));
    }
    return true;
}

static bool read_memory_map(const struct physical_window *memory,
                            const struct multiboot1_info *mbi,
                            struct boot_info *info)
{
    const uint8_t *next = physical_at(memory, mbi->mmap_addr,
                                      mbi->mmap_length);
    uint32_t left = mbi->mmap_length;

    if (next == NULL)
        return false;

    while (left > 0) {
        struct multiboot1_mmap_entry entry;
        uint32_t least = sizeof(entry) - sizeof(entry.size);

        if (left < sizeof(entry))
            return false;
        memcpy(&entry, next, sizeof(entry));
        if (entry.size < least || entry.size > left - sizeof(entry.size))
            return false;

        info->memory_faults |= memory_map_add(&info->memory, entry.address,
                                              entry.length, entry.type);
        next += sizeof(entry.size) + entry.size;
        left -= sizeof(entry.size) + entry.size;
    }
    return true;
}

static enum boot_error read_memory(const struct physical_window *memory,
                                   const struct multiboot1_info *mbi,
                                   struct boot_info *info)
{
    if ((mbi->flags & INFO_MEMORY_MAP)
        && !read_memory_map(memory, mbi, info))
        return BOOT_BAD_INFO;
    if (info->memory.nr > 0)
        return BOOT_OK;

    if (!(mbi->flags & INFO_MEMORY) || mbi->mem_upper == 0)
        return BOOT_NO_MEMORY_MAP;
    if (mbi->mem_lower != 0)
        info->memory_faults |= memory_map_add(&info->memory, 0,
                                              mbi->mem_lower * KIB,
                                              MEMORY_RAM);
    info->memory_faults |= memory_map_add(&info->memory, HIGH_MEMORY,
                                          mbi->mem_upper * KIB, MEMORY_RAM);
    return BOOT_OK;
}

static bool read_video(const struct physical_window *memory,
                       uint64_t address, struct boot_video *video)
{
    struct multiboot1_framebuffer fb;
    const void *at = physical_at(memory, address, sizeof(fb));

    if (at == NULL)
        return false;
    memcpy(&fb, at, sizeof(fb));
    if (fb.type == FRAMEBUFFER_TEXT)
        video->type = BOOT_VIDEO_TEXT;
    else if (fb.type == FRAMEBUFFER_RGB)
        video->type = BOOT_VIDEO_RGB;
    else
        return true;

    video->address = fb.address;
    video->pitch = fb.pitch;
    video->width = fb.width;
    video->height = fb.height;
    video->depth = fb.bpp;
    if (fb.type == FRAMEBUFFER_RGB) {
        video->red_position = fb.red_position;
        video->red_size = fb.red_size;
        video->green_position = fb.green_position;
        video->green_size = fb.green_size;
        video->blue_position = fb.blue_position;
        video->blue_size = fb.blue_size;
    }
    return true;
}

enum boot_error multiboot1_parse(const struct physical_window *memory,
                                 uint64_t address, struct boot_info *info)
{
    struct multiboot1_info mbi;
    const void *at = physical_at(memory, address, sizeof(mbi));

    boot_info_start(info, "multiboot 1");
    if (at == NULL)
        return BOOT_NO_INFO;
    memcpy(&mbi, at, sizeof(mbi));

    if (mbi.flags & INFO_LOADER_NAME)
        info->loader = boot_text_at(info, memory, mbi.boot_loader_name);
    if (mbi.flags & INFO_COMMAND_LINE)
        info->command_line = boot_text_arguments(
            boot_text_at(info, memory, mbi.cmdline), info->loader);
    if ((mbi.flags & INFO_MODULES) && !read_modules(memory, &mbi, info))
        return BOOT_BAD_INFO;
    if ((mbi.flags & INFO_FRAMEBUFFER)
        && !read_video(memory, address + sizeof(mbi), &info->video))
        return BOOT_BAD_INFO;
    return read_memory(memory, &mbi, info);
}
