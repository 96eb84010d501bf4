/* SPDX-License-Identifier: MIT */
#include <boot/memory_map.h>
#include <lib/string.h>

#define PAGE_MASK 0xfffull

/* Which of two overlapping types is believed: the one with the higher rank. */
static unsigned rank(uint32_t type)
{
    switch (type) {
    case MEMORY_RAM:
        return 0;
    case MEMORY_ACPI:
        return 1;
    case MEMORY_NVS:
        return 2;
    case MEMORY_RESERVED:
        return 3;
    case MEMORY_UNUSABLE:
        return 5;
    default:                    /* nobody here knows what it is for */
        return 4;
    }
}

static uint64_t min64(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static uint64_t max64(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/* The first range that ends behind `address`, or map->nr. */
static unsigned first_behind(const struct memory_map *map, uint64_t address)
{
    unsigned low = 0, high = map->nr;

    while (low < high) {
        unsigned middle = (low + high) / 2;

        if (map->ranges[middle].end > address)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

/* Put `nr_new` ranges in the place of [first, last); false if it's full. */
static bool replace(struct memory_map *map, unsigned first, unsigned last,
                    const struct memory_range *new, unsigned nr_new)
{
    unsigned nr = map->nr - (last - first) + nr_new;

    if (nr > MEMORY_RANGES_MAX)
        return false;

    memmove(&map->ranges[first + nr_new], &map->ranges[last],
            (map->nr - last) * sizeof(map->ranges[0]));
    for (unsigned i = 0; i < nr_new; i++)
        map->ranges[first + i] = new[i];
    map->nr = nr;
    return true;
}

bool memory_map_set(struct memory_map *map, uint64_t start, uint64_t end,
                    uint32_t type)
{
    struct memory_range new[3], middle = { start, end, type };
    unsigned nr_new = 0, first, last;

    if (start >= end)
        return true;

    /* Neighbours that only touch take part, so that they can be joined. */
    first = start ? first_behind(map, start - 1) : 0;
    for (last = first; last < map->nr; last++)
        if (map->ranges[last].start > end)
            break;

    struct memory_range left = middle, right = middle;

    if (first < last) {
        left = map->ranges[first];
        right = map->ranges[last - 1];
    }
    if (left.type == type)
        middle.start = min64(start, left.start);
    if (right.type == type)
        middle.end = max64(end, right.end);

    if (left.start < middle.start)
        new[nr_new++] = (struct memory_range){ left.start,
                                               middle.start, left.type };
    new[nr_new++] = middle;
    if (right.end > middle.end)
        new[nr_new++] = (struct memory_range){ middle.end,
                                               right.end, right.type };
    return replace(map, first, last, new, nr_new);
}

/*
 * Take RAM away from [start, end) without needing room for it: a hole in
 * the middle of a range costs the smaller of the two sides.
 */
static void withdraw_ram(struct memory_map *map, uint64_t start, uint64_t end)
{
    unsigned i = first_behind(map, start);

    while (i < map->nr && map->ranges[i].start < end) {
        struct memory_range *range = &map->ranges[i];
        uint64_t below = start > range->start ? start - range->start : 0;
        uint64_t above = range->end > end ? range->end - end : 0;

        if (range->type != MEMORY_RAM) {
            i++;
        } else if (below == 0 && above == 0) {
            replace(map, i, i + 1, NULL, 0);
        } else {
            if (below >= above)
                range->end = start;
            else
                range->start = end;
            i++;
        }
    }
}

unsigned memory_map_add(struct memory_map *map, uint64_t start,
                        uint64_t size, uint32_t type)
{
    uint64_t end = start + size;
    unsigned faults = 0;

    if (size == 0)
        return MEMORY_MAP_EMPTY;
    if (end < start) {
        if (end != 0)
            faults |= MEMORY_MAP_WRAPS;
        end = UINT64_MAX;
    }

    while (start < end) {
        unsigned i = first_behind(map, start);
        uint64_t piece = end;
        bool wins = true;

        if (i < map->nr && map->ranges[i].start < end) {
            const struct memory_range *old = &map->ranges[i];

            faults |= MEMORY_MAP_OVERLAPS;
            if (old->start > start) {
                piece = old->start;
            } else {
                piece = min64(end, old->end);
                wins = rank(type) > rank(old->type);
            }
        }

        if (wins && !memory_map_set(map, start, piece, type)) {
            faults |= MEMORY_MAP_FULL;
            if (type != MEMORY_RAM)
                withdraw_ram(map, start, piece);
        }
        start = piece;
    }
    return faults;
}

static struct memory_range rounded(struct memory_range range)
{
    uint64_t up_max = ~PAGE_MASK;

    if (range.type == MEMORY_RAM) {
        range.start = range.start > up_max
                      ? up_max : (range.start + PAGE_MASK) & ~PAGE_MASK;
        range.end &= ~PAGE_MASK;
    } else {
        range.start &= ~PAGE_MASK;
        range.end = range.end > up_max
                    ? up_max : (range.end + PAGE_MASK) & ~PAGE_MASK;
    }
    return range;
}

/* Append to a map whose ranges are sorted; a shared frame has one type. */
static void append(struct memory_map *map, struct memory_range range)
{
    while (map->nr > 0) {
        struct memory_range *last = &map->ranges[map->nr - 1];

        if (last->type == range.type && last->end >= range.start) {
            last->end = max64(last->end, range.end);
            return;
        }
        if (last->end <= range.start)
            break;
        if (rank(last->type) > rank(range.type)) {
            range.start = last->end;
            break;
        }
        last->end = range.start;
        if (last->start < last->end)
            break;
        map->nr--;
    }
    if (range.start < range.end)
        map->ranges[map->nr++] = range;
}

void memory_map_round(struct memory_map *map)
{
    unsigned nr = map->nr;

    /* In place: never more ranges are written than were read. */
    map->nr = 0;
    for (unsigned i = 0; i < nr; i++) {
        struct memory_range range = rounded(map->ranges[i]);

        if (range.start < range.end)
            append(map, range);
    }
}

/* Where `size` bytes fit into [start, end), or UINT64_MAX. */
static uint64_t place(uint64_t start, uint64_t end, uint64_t size,
                      uint64_t align, bool high)
{
    uint64_t address;

    if (start >= end || end - start < size)
        return UINT64_MAX;

    if (high) {
        address = (end - size) & ~(align - 1);
        return address >= start ? address : UINT64_MAX;
    }

    address = (start + align - 1) & ~(align - 1);
    if (address < start || address > end - size)
        return UINT64_MAX;
    return address;
}

uint64_t memory_map_find(const struct memory_map *map, uint64_t size,
                         uint64_t align, uint64_t min, uint64_t max,
                         bool high)
{
    if (size == 0)
        return UINT64_MAX;

    for (unsigned i = 0; i < map->nr; i++) {
        const struct memory_range *range =
            &map->ranges[high ? map->nr - 1 - i : i];

        if (range->type != MEMORY_RAM)
            continue;

        uint64_t address = place(max64(range->start, min),
                                 min64(range->end, max), size, align, high);

        if (address != UINT64_MAX)
            return address;
    }
    return UINT64_MAX;
}

bool memory_map_is(const struct memory_map *map, uint64_t start,
                   uint64_t end, uint32_t type)
{
    unsigned i = first_behind(map, start);

    /* Neighbours of one type are one range, so one has to hold it all. */
    return i < map->nr && start < end && map->ranges[i].start <= start
           && map->ranges[i].end >= end && map->ranges[i].type == type;
}

uint64_t memory_map_ram(const struct memory_map *map)
{
    uint64_t bytes = 0;

    for (unsigned i = 0; i < map->nr; i++)
        if (map->ranges[i].type == MEMORY_RAM)
            bytes += map->ranges[i].end - map->ranges[i].start;
    return bytes;
}
