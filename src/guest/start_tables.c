/* SPDX-License-Identifier: MIT */
#include <guest/start_tables.h>

#include <lib/string.h>
#include <machine/layout.h>
#include <machine/x86.h>

#define LEVELS 4
#define ENTRIES 512

static unsigned level_shift(unsigned level)
{
    return PAGE_SHIFT + 9 * (level - 1);
}

uint64_t start_tables_needed(uint64_t start, uint64_t end)
{
    uint64_t tables = 1;

    for (unsigned level = 2; level <= LEVELS; level++)
        tables += ((end - 1) >> level_shift(level))
                  - (start >> level_shift(level)) + 1;
    return tables;
}

void start_tables_extend(struct start_tables *tables, void *memory,
                         uint64_t address)
{
    tables->next = memory;
    tables->next_address = address;
}

void start_tables_init(struct start_tables *tables, void *memory,
                       uint64_t address, uint64_t nr)
{
    memset(memory, 0, nr * PAGE_SIZE);
    tables->l4 = memory;
    tables->distance = (uint64_t)memory - address;
    start_tables_extend(tables, (char *)memory + PAGE_SIZE,
                        address + PAGE_SIZE);
}

static uint64_t new_table(struct start_tables *tables)
{
    uint64_t address = tables->next_address;

    memset(tables->next, 0, PAGE_SIZE);
    tables->next += ENTRIES;
    tables->next_address += PAGE_SIZE;
    return address | PTE_P | PTE_RW | PTE_A;
}

void start_tables_map(struct start_tables *tables, uint64_t virtual,
                      uint64_t mfn)
{
    uint64_t *table = tables->l4;

    for (unsigned level = LEVELS; level > 1; level--) {
        uint64_t *entry = &table[virtual >> level_shift(level)
                                 & (ENTRIES - 1)];

        if (!*entry)
            *entry = new_table(tables);
        table = (uint64_t *)((*entry & PTE_FRAME) + tables->distance);
    }
    table[virtual >> PAGE_SHIFT & (ENTRIES - 1)] =
        mfn << PAGE_SHIFT | PTE_P | PTE_RW | PTE_A | PTE_D;
}
