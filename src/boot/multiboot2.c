/* SPDX-License-Identifier: MIT */
#include <boot/boot_info_build.h>
#include <boot/boot_text.h>
#include <boot/efi_map.h>
#include <lib/string.h>

#include <assert.h>

/* Multiboot2 Specification 2.0, section 3.6, "Boot information". */
struct multiboot2_info {
    uint32_t total_size;
    uint32_t reserved;
};

struct multiboot2_tag {
    uint32_t type;
    uint32_t size;              /* with this header, without padding */
};

#define TAG_ALIGN 8u

enum tag_type {
    TAG_END = 0,
    TAG_COMMAND_LINE = 1,
    TAG_LOADER_NAME = 2,
    TAG_MODULE = 3,
    TAG_BASIC_MEMORY = 4,
    TAG_MEMORY_MAP = 6,
    TAG_FRAMEBUFFER = 8,
    TAG_EFI64_SYSTEM_TABLE = 12,
    TAG_ACPI_OLD = 14,          /* an RSDP of ACPI 1.0 */
    TAG_ACPI_NEW = 15,
    TAG_EFI_MEMORY_MAP = 17,
    TAG_EFI_BOOT_SERVICES = 18, /* have not been ended */
    TAG_EFI64_IMAGE_HANDLE = 20,
};

struct multiboot2_module {
    uint32_t mod_start;
    uint32_t mod_end;
    /* followed by the string */
};

static_assert(sizeof(struct multiboot2_module) == 8, "");

struct multiboot2_basic_memory {
    uint32_t mem_lower;         /* KiB */
    uint32_t mem_upper;         /* KiB above 1 MiB */
};

static_assert(sizeof(struct multiboot2_basic_memory) == 8, "");

struct multiboot2_memory_map {
    uint32_t entry_size;
    uint32_t entry_version;
};

struct multiboot2_mmap_entry {
    uint64_t address;
    uint64_t length;
    uint32_t type;
    uint32_t reserved;
};

static_assert(sizeof(struct multiboot2_mmap_entry) == 24, "");

/*
 * The specification's text gives `reserved` one byte, but its own header
 * file, and so every loader, has two.
 */
struct multiboot2_framebuffer {
    struct multiboot_framebuffer framebuffer;
    uint16_t reserved;
} __attribute__((packed));

static_assert(sizeof(struct multiboot2_framebuffer) == 24, "");

struct multiboot2_efi_memory_map {
    uint32_t descriptor_size;
    uint32_t descriptor_version;
    /* followed by the descriptors */
};

static_assert(sizeof(struct multiboot2_efi_memory_map) == 8, "");

/* All tags; `size` is what is left of them. */
struct tags {
    const uint8_t *data;
    uint64_t address;           /* physical, of data */
    uint32_t size;
};

/* One tag's contents, behind its header. */
struct tag {
    uint32_t type;
    uint32_t size;
    const uint8_t *data;
    uint64_t address;
};

enum step { STEP_TAG, STEP_END, STEP_BROKEN };

static enum step next_tag(struct tags *tags, struct tag *tag)
{
    struct multiboot2_tag header;
    uint32_t whole;

    if (tags->size < sizeof(header))
        return STEP_BROKEN;
    memcpy(&header, tags->data, sizeof(header));
    if (header.size < sizeof(header) || header.size > tags->size)
        return STEP_BROKEN;
    if (header.type == TAG_END)
        return STEP_END;

    *tag = (struct tag){
        .type = header.type,
        .size = header.size - sizeof(header),
        .data = tags->data + sizeof(header),
        .address = tags->address + sizeof(header),
    };
    /* Can't wrap: the size is that of data which is there. */
    whole = header.size + -header.size % TAG_ALIGN;
    if (whole > tags->size)
        return STEP_BROKEN;
    tags->data += whole;
    tags->address += whole;
    tags->size -= whole;
    return STEP_TAG;
}

/* The tag's first `size` bytes; false if it is shorter. */
static bool read(const struct tag *tag, void *to, size_t size)
{
    if (tag->size < size)
        return false;
    memcpy(to, tag->data, size);
    return true;
}

static const char *read_text(const struct tag *tag, size_t offset,
                             struct boot_info *info)
{
    return boot_text_copy(info, (const char *)tag->data + offset,
                          tag->size - offset);
}

static bool read_module(const struct tag *tag,
                        const struct physical_window *memory,
                        struct boot_info *info)
{
    struct multiboot2_module module;
    const char *line = "";

    if (!read(tag, &module, sizeof(module)))
        return false;
    if (info->nr_modules < BOOT_MODULES_MAX && tag->size > sizeof(module))
        line = read_text(tag, sizeof(module), info);
    boot_info_add_module(info, memory, module.mod_start, module.mod_end,
                         boot_text_arguments(line, info->loader));
    return true;
}

static bool read_memory_map(const struct tag *tag, struct boot_info *info)
{
    struct multiboot2_memory_map header;
    struct multiboot2_mmap_entry entry;
    uint32_t offset = sizeof(header);

    if (!read(tag, &header, sizeof(header))
        || header.entry_size < sizeof(entry))
        return false;

    while (offset < tag->size) {
        if (tag->size - offset < header.entry_size)
            return false;
        memcpy(&entry, tag->data + offset, sizeof(entry));
        info->memory_faults |= memory_map_add(&info->memory, entry.address,
                                              entry.length, entry.type);
        offset += header.entry_size;
    }
    return true;
}

static bool read_framebuffer(const struct tag *tag, struct boot_info *info)
{
    struct multiboot2_framebuffer fixed;
    struct multiboot_rgb rgb = { 0 };

    if (!read(tag, &fixed, sizeof(fixed)))
        return false;
    if (fixed.framebuffer.type == MULTIBOOT_FRAMEBUFFER_RGB) {
        if (tag->size < sizeof(fixed) + sizeof(rgb))
            return false;
        memcpy(&rgb, tag->data + sizeof(fixed), sizeof(rgb));
    }
    boot_info_set_video(info, &fixed.framebuffer, &rgb);
    return true;
}

static bool read_efi_map(const struct tag *tag, struct boot_efi *efi)
{
    struct multiboot2_efi_memory_map fixed;

    if (!read(tag, &fixed, sizeof(fixed)))
        return false;
    efi->map = tag->address + sizeof(fixed);
    efi->map_size = tag->size - sizeof(fixed);
    efi->descriptor_size = fixed.descriptor_size;
    return true;
}

struct reader {
    const struct physical_window *memory;
    struct boot_info *info;
    struct multiboot2_basic_memory basic;
    const char *command_line;   /* as the loader left it */
    bool has_new_rsdp;
};

static bool read_tag(const struct tag *tag, struct reader *reader)
{
    struct boot_info *info = reader->info;

    switch (tag->type) {
    case TAG_COMMAND_LINE:
        reader->command_line = read_text(tag, 0, info);
        return true;
    case TAG_MODULE:
        return read_module(tag, reader->memory, info);
    case TAG_BASIC_MEMORY:
        return read(tag, &reader->basic, sizeof(reader->basic));
    case TAG_MEMORY_MAP:
        return read_memory_map(tag, info);
    case TAG_FRAMEBUFFER:
        return read_framebuffer(tag, info);
    case TAG_ACPI_OLD:
        if (!reader->has_new_rsdp)
            info->rsdp = tag->address;
        return true;
    case TAG_ACPI_NEW:
        info->rsdp = tag->address;
        reader->has_new_rsdp = true;
        return true;
    case TAG_EFI64_SYSTEM_TABLE:
        return read(tag, &info->efi.system_table, sizeof(uint64_t));
    case TAG_EFI_MEMORY_MAP:
        return read_efi_map(tag, &info->efi);
    case TAG_EFI_BOOT_SERVICES:
        info->efi.boot_services = true;
        return true;
    case TAG_EFI64_IMAGE_HANDLE:
        return read(tag, &info->efi.image_handle, sizeof(uint64_t));
    default:                    /* nothing here needs it */
        return true;
    }
}

/* The loader's name decides how command lines are read, so it's first. */
static bool read_loader_name(struct tags tags, struct boot_info *info)
{
    struct tag tag;
    enum step step;

    while ((step = next_tag(&tags, &tag)) == STEP_TAG)
        if (tag.type == TAG_LOADER_NAME)
            info->loader = read_text(&tag, 0, info);
    return step == STEP_END;
}

static enum boot_error find_tags(const struct physical_window *memory,
                                 uint64_t address, struct tags *tags)
{
    struct multiboot2_info header;
    const uint8_t *start = physical_at(memory, address, sizeof(header));

    if (start == NULL)
        return BOOT_NO_INFO;
    memcpy(&header, start, sizeof(header));
    if (header.total_size < sizeof(header))
        return BOOT_BAD_INFO;
    if (physical_at(memory, address, header.total_size) == NULL)
        return BOOT_NO_INFO;

    tags->data = start + sizeof(header);
    tags->address = address + sizeof(header);
    tags->size = header.total_size - sizeof(header);
    return BOOT_OK;
}

enum boot_error multiboot2_parse(const struct physical_window *memory,
                                 uint64_t address, struct boot_info *info)
{
    struct reader reader = { .memory = memory, .info = info,
                             .command_line = "" };
    struct tags tags;
    struct tag tag;
    enum boot_error error;

    boot_info_start(info, "multiboot 2");
    error = find_tags(memory, address, &tags);
    if (error != BOOT_OK)
        return error;
    if (!read_loader_name(tags, info))
        return BOOT_BAD_INFO;

    while (next_tag(&tags, &tag) == STEP_TAG)
        if (!read_tag(&tag, &reader))
            return BOOT_BAD_INFO;

    info->command_line = boot_text_arguments(reader.command_line,
                                             info->loader);
    if (info->efi.map)
        efi_map_read(memory, info);
    if (info->memory.nr > 0 || info->efi.boot_services)
        return BOOT_OK;
    return boot_info_add_basic_memory(info, reader.basic.mem_lower,
                                      reader.basic.mem_upper);
}
