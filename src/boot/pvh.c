/* SPDX-License-Identifier: MIT */
#include <boot/boot_info_build.h>
#include <boot/boot_text.h>
#include <lib/string.h>

#include <assert.h>

#include <xen/xen.h>
#include <xen/arch-x86/hvm/start_info.h>

/* Version 0 ends before the memory map. */
#define VERSION0_SIZE offsetof(struct hvm_start_info, memmap_paddr)

static_assert(sizeof(struct hvm_start_info) == 56, "");
static_assert(sizeof(struct hvm_modlist_entry) == 32, "");
static_assert(sizeof(struct hvm_memmap_table_entry) == 24, "");

static bool read_modules(const struct physical_window *memory,
                         const struct hvm_start_info *start,
                         struct boot_info *info)
{
    uint64_t size = (uint64_t)start->nr_modules
                    * sizeof(struct hvm_modlist_entry);
    const uint8_t *table = physical_at(memory, start->modlist_paddr, size);

    if (start->nr_modules == 0)
        return true;
    if (table == NULL)
        return false;

    for (uint32_t i = 0; i < start->nr_modules; i++) {
        struct hvm_modlist_entry module;
        const char *line = "";

        memcpy(&module, table + i * sizeof(module), sizeof(module));
        if (info->nr_modules < BOOT_MODULES_MAX)
            line = boot_text_at(info, memory, module.cmdline_paddr);
        boot_info_add_module(info, memory, module.paddr,
                             module.paddr + module.size, line);
    }
    return true;
}

static bool read_memory_map(const struct physical_window *memory,
                            const struct hvm_start_info *start,
                            struct boot_info *info)
{
    uint64_t size = (uint64_t)start->memmap_entries
                    * sizeof(struct hvm_memmap_table_entry);
    const uint8_t *table = physical_at(memory, start->memmap_paddr, size);

    if (table == NULL)
        return false;
    for (uint32_t i = 0; i < start->memmap_entries; i++) {
        struct hvm_memmap_table_entry entry;

        memcpy(&entry, table + i * sizeof(entry), sizeof(entry));
        info->memory_faults |= memory_map_add(&info->memory, entry.addr,
                                              entry.size, entry.type);
    }
    return true;
}

/* As much of it as its version has. */
static bool read_start(const struct physical_window *memory,
                       uint64_t address, struct hvm_start_info *start)
{
    const struct hvm_start_info *at = physical_at(memory, address,
                                                  VERSION0_SIZE);

    memset(start, 0, sizeof(*start));
    if (at == NULL)
        return false;
    memcpy(start, at, VERSION0_SIZE);
    if (start->version == 0)
        return true;
    at = physical_at(memory, address, sizeof(*start));
    if (at == NULL)
        return false;
    memcpy(start, at, sizeof(*start));
    return true;
}

enum boot_error pvh_parse(const struct physical_window *memory,
                          uint64_t address, struct boot_info *info)
{
    struct hvm_start_info start;

    boot_info_start(info, "PVH");
    if (!read_start(memory, address, &start))
        return BOOT_NO_INFO;
    if (start.magic != XEN_HVM_START_MAGIC_VALUE)
        return BOOT_BAD_INFO;

    info->command_line = boot_text_at(info, memory, start.cmdline_paddr);
    info->rsdp = start.rsdp_paddr;
    if (!read_modules(memory, &start, info))
        return BOOT_BAD_INFO;
    if (start.memmap_entries == 0)
        return BOOT_NO_MEMORY_MAP;
    return read_memory_map(memory, &start, info) ? BOOT_OK : BOOT_BAD_INFO;
}
