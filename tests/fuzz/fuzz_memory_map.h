/* SPDX-License-Identifier: MIT */
/* What holds for every memory map, wherever it came from. */
#ifndef FUZZ_MEMORY_MAP_H
#define FUZZ_MEMORY_MAP_H

#include <stdlib.h>

#include <boot/memory_map.h>

/* abort() unless sorted, free of overlaps, and joined. */
static inline void check_memory_map(const struct memory_map *map)
{
    if (map->nr > MEMORY_RANGES_MAX)
        abort();
    for (unsigned i = 0; i < map->nr; i++) {
        const struct memory_range *range = &map->ranges[i];

        if (range->start >= range->end)
            abort();
        if (i > 0 && range[-1].end > range->start)
            abort();
        if (i > 0 && range[-1].end == range->start
            && range[-1].type == range->type)
            abort();
    }
}

#endif
