/* SPDX-License-Identifier: MIT */
#include <boot/real_mode.h>

#include <assert.h>
#include <stddef.h>

#include <lib/string.h>
#include <machine/layout.h>
#include <machine/paging.h>

/* Where loaders put boot sectors, and above: never the BIOS's own. */
#define LOWEST  0x8000
#define HIGHEST 0x80000

#define INTERRUPT_DISK 0x13

static_assert(sizeof(struct real_mode_registers) == 36, "");
static_assert(offsetof(struct real_mode_registers, ds) == 28, "");
static_assert(offsetof(struct real_mode_registers, flags) == 32, "");

/* real_mode_call.S */
extern const char real_mode_code[], real_mode_code_end[],
    real_mode_registers[], real_mode_vector[], real_mode_gdt_base[],
    real_mode_code16[], real_mode_data16[], real_mode_segment[],
    real_mode_return[];

static uint64_t area;
static uint8_t saved[REAL_MODE_SIZE];

static void *in_copy(const char *symbol)
{
    return direct(area + (uint64_t)(symbol - real_mode_code));
}

static void add(const char *symbol, uint64_t value, unsigned size)
{
    uint64_t old = 0;

    memcpy(&old, in_copy(symbol), size);
    old += value;
    memcpy(in_copy(symbol), &old, size);
}

static void place_copy(void)
{
    /* A descriptor's base starts at its bit 16; 20 bits lie in a row. */
    const unsigned base_shift = 16;
    uint16_t segment = (uint16_t)(area >> 4);

    memcpy(direct(area), real_mode_code,
           (size_t)(real_mode_code_end - real_mode_code));
    add(real_mode_gdt_base, area, sizeof(uint64_t));
    add(real_mode_code16, area << base_shift, sizeof(uint64_t));
    add(real_mode_data16, area << base_shift, sizeof(uint64_t));
    add(real_mode_segment, segment, sizeof segment);
    add(real_mode_return, area, sizeof(uint32_t));
}

/* Its vector is an address of segment and offset, neither of them wild. */
static bool has_bios(void)
{
    const uint16_t *vectors = direct(0);
    uint16_t offset = vectors[2 * INTERRUPT_DISK];
    uint16_t segment = vectors[2 * INTERRUPT_DISK + 1];

    return (segment != 0 || offset != 0) && segment != 0xffff;
}

bool real_mode_begin(const struct memory_map *map)
{
    area = memory_map_find(map, REAL_MODE_SIZE, PAGE_SIZE, LOWEST, HIGHEST,
                           false);
    if (area == UINT64_MAX || !has_bios())
        return false;
    memcpy(saved, direct(area), sizeof saved);
    place_copy();
    return true;
}

void real_mode_end(void)
{
    memcpy(direct(area), saved, sizeof saved);
}

void *real_mode_buffer(uint16_t *segment)
{
    *segment = (uint16_t)((area + REAL_MODE_BUFFER) >> 4);
    return memset(direct(area + REAL_MODE_BUFFER), 0, REAL_MODE_BUFFER_SIZE);
}

void real_mode_interrupt(uint8_t vector, struct real_mode_registers *regs)
{
    memcpy(in_copy(real_mode_registers), regs, sizeof *regs);
    memcpy(in_copy(real_mode_vector), &vector, sizeof vector);
    /* The boot page tables map it at its physical address as well. */
    ((void (*)(void))area)();
    memcpy(regs, in_copy(real_mode_registers), sizeof *regs);
}
