/* SPDX-License-Identifier: MIT */
#include <guest/kernel_alternatives.h>

#include <pvops/pvops.h>

/* What all entries must be, or the layout is the other one. */
static bool is_valid(const struct elf_file *file,
                     const struct alternative *entry)
{
    return entry->replacement_size <= entry->instruction_size
           && elf_file_at_address(file, entry->instruction,
                                  entry->instruction_size)
           && (entry->replacement_size == 0
               || elf_file_at_address(file, entry->replacement,
                                      entry->replacement_size));
}

/* Note which feature it is conditioned on; false if it was another before. */
static bool note_feature(const struct elf_file *file,
                         const struct alternative *entry, uint32_t *feature)
{
    const uint8_t *code = elf_file_at_address(file, entry->replacement,
                                              entry->replacement_size);

    if (!entry->inverted
        || alternative_group(code, entry->replacement_size) != PVOPS_MMU)
        return true;
    if (*feature == 0)
        *feature = entry->feature;
    return *feature == entry->feature;
}

static bool read_as(const struct elf_file *file,
                    const struct elf64_section *section, uint32_t entry_size,
                    struct alternatives *alternatives)
{
    const uint8_t *entries = elf_file_at(file, section->offset,
                                         section->size);

    *alternatives = (struct alternatives){
        .start = section->addr,
        .nr = (uint32_t)(section->size / entry_size),
        .entry_size = entry_size,
    };
    if (entries == NULL || section->size % entry_size != 0
        || section->size / entry_size > UINT32_MAX)
        return false;
    for (uint32_t i = 0; i < alternatives->nr; i++) {
        uint64_t at = (uint64_t)i * entry_size;
        struct alternative entry = alternative_at(entries + at,
                                                  section->addr + at,
                                                  entry_size);

        if (!is_valid(file, &entry)
            || !note_feature(file, &entry, &alternatives->is_xen))
            return false;
    }
    return true;
}

bool kernel_alternatives(const struct elf_file *file,
                         struct alternatives *alternatives)
{
    struct elf64_section section;

    if (!elf_file_find_section(file, ".altinstructions", &section)
        || section.type == ELF_SECTION_NOBITS || section.size == 0)
        return false;
    return read_as(file, &section, ALTERNATIVE_SIZE_32, alternatives)
           || read_as(file, &section, ALTERNATIVE_SIZE_16, alternatives);
}
