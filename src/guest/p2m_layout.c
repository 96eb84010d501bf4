/* SPDX-License-Identifier: MIT */
#include <guest/p2m_layout.h>
#include <lib/frame_number.h>

static uint64_t min64(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static uint64_t first_frame(const struct memory_range *range)
{
    return range->start >> FRAME_SHIFT;
}

static uint64_t end_frame(const struct memory_range *range)
{
    return range->end >> FRAME_SHIFT;
}

/* The first RAM range from `i` on that ends behind `frame`, or map->nr. */
static unsigned next_ram(const struct memory_map *map, unsigned i,
                         uint64_t frame)
{
    while (i < map->nr && (map->ranges[i].type != MEMORY_RAM
                           || end_frame(&map->ranges[i]) <= frame))
        i++;
    return i;
}

uint64_t p2m_layout_pages(const struct memory_map *map)
{
    return memory_map_ram(map) >> FRAME_SHIFT;
}

/* Move on to the next frame of RAM at or behind `spare`. */
static void settle_spare(struct p2m_cursor *cursor)
{
    const struct memory_map *map = cursor->map;
    unsigned i = next_ram(map, cursor->spare_range, cursor->spare);

    cursor->spare_range = i;
    if (i < map->nr && first_frame(&map->ranges[i]) > cursor->spare)
        cursor->spare = first_frame(&map->ranges[i]);
}

void p2m_layout_start(struct p2m_cursor *cursor,
                      const struct memory_map *map, uint64_t nr_pages)
{
    *cursor = (struct p2m_cursor){
        .map = map,
        .nr_pages = nr_pages,
        .spare = nr_pages,
    };
    settle_spare(cursor);
}

bool p2m_layout_next(struct p2m_cursor *cursor, struct p2m_run *run)
{
    const struct memory_map *map = cursor->map;
    uint64_t pfn = cursor->pfn, end = cursor->nr_pages;

    if (pfn >= end)
        return false;

    cursor->range = next_ram(map, cursor->range, pfn);
    if (cursor->range < map->nr) {
        const struct memory_range *range = &map->ranges[cursor->range];

        if (first_frame(range) <= pfn) {
            end = min64(end, end_frame(range));
            *run = (struct p2m_run){ pfn, pfn, end - pfn };
            cursor->pfn = end;
            return true;
        }
        end = min64(end, first_frame(range));
    }

    if (cursor->spare_range == map->nr)
        return false;
    end = min64(end, pfn + end_frame(&map->ranges[cursor->spare_range])
                     - cursor->spare);
    *run = (struct p2m_run){ pfn, cursor->spare, end - pfn };
    cursor->pfn = end;
    cursor->spare += run->count;
    settle_spare(cursor);
    return true;
}

void p2m_layout_fill(const struct memory_map *map, uint64_t nr_pages,
                     uint64_t *p2m)
{
    struct p2m_cursor cursor;
    struct p2m_run run;

    p2m_layout_start(&cursor, map, nr_pages);
    while (p2m_layout_next(&cursor, &run))
        for (uint64_t i = 0; i < run.count; i++)
            p2m[run.pfn + i] = run.mfn + i;
}

void m2p_layout_fill(const struct memory_map *map, uint64_t nr_pages,
                     uint64_t *m2p, uint64_t max_mfn)
{
    struct p2m_cursor cursor;
    struct p2m_run run;

    for (uint64_t mfn = 0; mfn < max_mfn; mfn++)
        m2p[mfn] = M2P_INVALID;

    p2m_layout_start(&cursor, map, nr_pages);
    while (p2m_layout_next(&cursor, &run))
        for (uint64_t i = 0; i < run.count && run.mfn + i < max_mfn; i++)
            m2p[run.mfn + i] = run.pfn + i;
}
