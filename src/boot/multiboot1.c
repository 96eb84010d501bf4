/* SPDX-License-Identifier: MIT */
#include <boot/boot_info_build.h>
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

static_assert(sizeof(struct multiboot1_info) == 88, "");

/* Behind it when the flag is set; older loaders write less. */
struct multiboot1_video {
    struct multiboot_framebuffer framebuffer;
    struct multiboot_rgb rgb;
} __attribute__((packed));

static_assert(sizeof(struct multiboot1_video) == 28, "");

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

    if (!(mbi->flags & INFO_MEMORY))
        return BOOT_NO_MEMORY_MAP;
    return boot_info_add_basic_memory(info, mbi->mem_lower, mbi->mem_upper);
}

static bool read_video(const struct physical_window *memory,
                       uint64_t address, struct boot_info *info)
{
    struct multiboot1_video video;
    const void *at = physical_at(memory, address, sizeof(video));

    if (at == NULL)
        return false;
    memcpy(&video, at, sizeof(video));
    boot_info_set_video(info, &video.framebuffer, &video.rgb);
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
        && !read_video(memory, address + sizeof(mbi), info))
        return BOOT_BAD_INFO;
    return read_memory(memory, &mbi, info);
}
