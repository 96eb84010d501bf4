/* SPDX-License-Identifier: MIT */
#include <pvops/alternatives.h>

#include <pvops/memory.h>

static bool is_for_xen(const struct alternative *entry, unsigned groups)
{
    return entry->inverted && entry->feature == pvops.alternatives.is_xen
           && pvops.alternatives.is_xen
           && (alternative_group(pvops_memory(entry->replacement),
                                 entry->replacement_size) & groups);
}

unsigned alternatives_edit(unsigned groups, bool edit)
{
    const struct alternatives *table = &pvops.alternatives;
    struct alternative_flag flag = alternative_flag(table->entry_size);
    unsigned nr = 0;

    for (uint32_t i = 0; i < table->nr; i++) {
        uint64_t address = table->start + (uint64_t)i * table->entry_size;
        uint8_t *bytes = pvops_memory(address);
        struct alternative entry = alternative_at(bytes, address,
                                                  table->entry_size);

        if (!is_for_xen(&entry, groups))
            continue;
        if (edit)
            bytes[flag.byte] &= (uint8_t)~flag.mask;
        nr++;
    }
    return nr;
}
