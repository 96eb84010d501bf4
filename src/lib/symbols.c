/* SPDX-License-Identifier: MIT */
#include <stddef.h>
#include <lib/symbols.h>
#include <machine/layout.h>

const char *symbol_find(uint64_t address, uint64_t *offset)
{
    uint64_t wanted = address - IMAGE_BASE;
    uint32_t low = 0, high = nr_symbols;

    if (address < IMAGE_BASE || nr_symbols == 0 ||
        wanted < symbols[0].offset ||
        wanted >= symbols[nr_symbols - 1].offset)
        return NULL;

    /* symbols[low].offset <= wanted < symbols[high].offset */
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;

        if (symbols[middle].offset <= wanted)
            low = middle;
        else
            high = middle;
    }

    *offset = wanted - symbols[low].offset;
    return symbol_names + symbols[low].name;
}
