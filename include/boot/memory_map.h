/* SPDX-License-Identifier: MIT */
/*
 * The machine's memory map: sorted, free of overlaps, whatever the loader
 * handed over.  Also the one place where memory is set aside during boot:
 * a claim is a change of type on a copy of the map.
 */
#ifndef BOOT_MEMORY_MAP_H
#define BOOT_MEMORY_MAP_H

#include <stdbool.h>
#include <stdint.h>

/* ACPI 6.4, table 15.5, "Address Range Types"; the ABI's E820 has the same. */
enum memory_type {
    MEMORY_RAM = 1,
    MEMORY_RESERVED = 2,
    MEMORY_ACPI = 3,
    MEMORY_NVS = 4,
    MEMORY_UNUSABLE = 5,
};

#define MEMORY_RANGES_MAX 256

struct memory_range {
    uint64_t start;
    uint64_t end;               /* first byte behind it */
    uint32_t type;              /* enum memory_type, or a loader's own */
};

struct memory_map {
    unsigned nr;
    struct memory_range ranges[MEMORY_RANGES_MAX];
};

/* What was wrong with an entry; several may be or-ed together. */
enum memory_map_fault {
    MEMORY_MAP_WRAPS = 1,       /* start + size passes 2^64: cut there */
    MEMORY_MAP_OVERLAPS = 2,    /* the more restrictive type won */
    MEMORY_MAP_EMPTY = 4,       /* size 0: ignored */
    MEMORY_MAP_FULL = 8,        /* no room: the range was dropped, and if it
                                   was not RAM, what it covers is not RAM */
};

/*
 * Insert one entry as a loader reports it.  Keeps the map sorted and
 * free of overlaps, joins neighbours of one type.  RAM loses against every
 * other type.  Returns a set of enum memory_map_fault, 0 if all was well.
 */
unsigned memory_map_add(struct memory_map *map, uint64_t start,
                        uint64_t size, uint32_t type);

/*
 * Give [start, end) the type whatever it was (claims).  Parts not in the
 * map at all become part of it.  False when the map is full; the map is
 * then unchanged.
 */
bool memory_map_set(struct memory_map *map, uint64_t start, uint64_t end,
                    uint32_t type);

/*
 * Round every RAM range inwards to whole 4 KiB frames and drop those that
 * become empty; other types are rounded outwards, into RAM if need be.
 */
void memory_map_round(struct memory_map *map);

/*
 * Find `size` bytes of RAM inside [min, max), aligned to `align` (a power
 * of two); the highest such place if `high`, else the lowest.  Returns
 * the address, or UINT64_MAX.
 */
uint64_t memory_map_find(const struct memory_map *map, uint64_t size,
                         uint64_t align, uint64_t min, uint64_t max,
                         bool high);

/* True when all of [start, end) is of this type. */
bool memory_map_is(const struct memory_map *map, uint64_t start,
                   uint64_t end, uint32_t type);

/* Bytes of RAM in the map. */
uint64_t memory_map_ram(const struct memory_map *map);

#endif
