/* SPDX-License-Identifier: MIT */
#include <guest/kernel_exports.h>

#include <lib/little_endian.h>
#include <lib/string.h>

/* struct kernel_symbol: each field counts from itself. */
#define VALUE      0
#define NAME       4
#define ENTRY_SIZE 12

static uint64_t relative_at(const uint8_t *entry, uint64_t address,
                            unsigned field)
{
    return address + field + (uint64_t)(int64_t)(int32_t)le32_at(entry
                                                                 + field);
}

static uint64_t find_in(const struct elf_file *file,
                        const struct elf64_section *table, const char *name)
{
    size_t size = strlen(name) + 1;
    const uint8_t *entries = elf_file_at(file, table->offset, table->size);

    if (entries == NULL)
        return 0;
    for (uint64_t at = 0; table->size - at >= ENTRY_SIZE; at += ENTRY_SIZE) {
        uint64_t address = table->addr + at;
        const uint8_t *own = elf_file_at_address(
            file, relative_at(entries + at, address, NAME), size);

        if (own != NULL && memcmp(own, name, size) == 0)
            return relative_at(entries + at, address, VALUE);
    }
    return 0;
}

uint64_t kernel_export(const struct elf_file *file, const char *name)
{
    static const char *const tables[] = { "__ksymtab", "__ksymtab_gpl" };

    for (unsigned i = 0; i < sizeof tables / sizeof *tables; i++) {
        struct elf64_section table;
        uint64_t address = 0;

        if (elf_file_find_section(file, tables[i], &table)
            && table.type != ELF_SECTION_NOBITS)
            address = find_in(file, &table, name);
        if (address)
            return address;
    }
    return 0;
}
