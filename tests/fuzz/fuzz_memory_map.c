/* SPDX-License-Identifier: MIT */
/* The input is a list of things to do to one map; see struct step. */
/* sources: src/boot/memory_map.c */
#include <string.h>

#include "fuzz_memory_map.h"

enum action { ADD, SET, ROUND, FIND, NR_ACTIONS };

struct step {
    uint8_t action;
    uint8_t flags;              /* FIND: high or not; align */
    uint16_t type;
    uint64_t start;
    uint64_t size;
} __attribute__((packed));

static void find(const struct memory_map *map, const struct step *step)
{
    uint64_t align = 1ull << (step->flags >> 1 & 0x3f);
    uint64_t at = memory_map_find(map, step->size, align, step->start,
                                  UINT64_MAX, step->flags & 1);

    if (at == UINT64_MAX)
        return;
    if (at % align != 0 || at < step->start
        || !memory_map_is(map, at, at + step->size, MEMORY_RAM))
        abort();
}

static void set(struct memory_map *map, const struct step *step)
{
    uint64_t end = step->start + step->size;

    if (end <= step->start)
        return;
    if (memory_map_set(map, step->start, end, step->type)
        && !memory_map_is(map, step->start, end, step->type))
        abort();
}

static void round_all(struct memory_map *map)
{
    memory_map_round(map);
    for (unsigned i = 0; i < map->nr; i++)
        if ((map->ranges[i].start | map->ranges[i].end) & 0xfff)
            abort();
}

/* Whatever happens, no RAM is left where something else was reported. */
static void add(struct memory_map *map, const struct step *step)
{
    uint64_t last = step->start + step->size - 1;

    memory_map_add(map, step->start, step->size, step->type);
    if (step->type == MEMORY_RAM || step->size == 0 || last < step->start)
        return;
    for (unsigned i = 0; i < map->nr; i++)
        if (map->ranges[i].type == MEMORY_RAM
            && map->ranges[i].start <= last
            && map->ranges[i].end > step->start)
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct memory_map map;
    struct step step;

    map.nr = 0;
    for (; size >= sizeof(step); data += sizeof(step), size -= sizeof(step)) {
        memcpy(&step, data, sizeof(step));
        switch (step.action % NR_ACTIONS) {
        case ADD:
            add(&map, &step);
            break;
        case SET:
            set(&map, &step);
            break;
        case ROUND:
            round_all(&map);
            break;
        case FIND:
            find(&map, &step);
            break;
        }
        check_memory_map(&map);
    }
    return 0;
}
