/* SPDX-License-Identifier: MIT */
#include <guest/p2m_layout.h>
#include <guest/sequence.h>
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
        sequence_fill(&p2m[run.pfn], run.mfn, run.count);
}

static void fill_invalid(uint64_t *m2p, uint64_t mfn, uint64_t end)
{
    for (; mfn < end; mfn++)
        m2p[mfn] = M2P_INVALID;
}

/* The frames of the map that are no RAM, and those behind it. */
static void fill_holes(const struct memory_map *map, uint64_t *m2p,
                       uint64_t max_mfn)
{
    uint64_t mfn = 0;

    for (unsigned i = next_ram(map, 0, 0); mfn < max_mfn;
         i = next_ram(map, i + 1, 0)) {
        uint64_t end = i < map->nr ? first_frame(&map->ranges[i]) : max_mfn;

        fill_invalid(m2p, mfn, min64(end, max_mfn));
        mfn = i < map->nr ? end_frame(&map->ranges[i]) : max_mfn;
    }
}

void m2p_layout_fill(const struct memory_map *map, uint64_t nr_pages,
                     uint64_t *m2p, uint64_t max_mfn)
{
    struct p2m_cursor cursor;
    struct p2m_run run;

    fill_holes(map, m2p, max_mfn);
    p2m_layout_start(&cursor, map, nr_pages);
    while (p2m_layout_next(&cursor, &run))
        if (run.mfn < max_mfn)
            sequence_fill(&m2p[run.mfn], run.pfn,
                          min64(run.count, max_mfn - run.mfn));
    if (cursor.spare_range < map->nr)
        fill_invalid(m2p, cursor.spare, max_mfn);
}
