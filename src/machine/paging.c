/* SPDX-License-Identifier: MIT */
#include <machine/paging.h>

#include <lib/panic.h>
#include <lib/round.h>
#include <lib/string.h>

#define ENTRIES 512

static uint64_t pool_next, pool_end;
static uint64_t *our_l4;
static uint64_t device_next = DEVICE_BASE;

void pool_init(uint64_t start, uint64_t end)
{
    pool_next = start;
    pool_end = end;
}

uint64_t pool_frame(void)
{
    if (pool_next == pool_end)
        panic("microxen's own memory is too small: its pool is used up");

    uint64_t frame = pool_next;

    pool_next += PAGE_SIZE;
    memset(direct(frame), 0, PAGE_SIZE);
    return frame;
}

uint64_t pool_left(void)
{
    return (pool_end - pool_next) >> PAGE_SHIFT;
}

void paging_init(void)
{
    our_l4 = direct(pool_frame());
}

uint64_t paging_l4(void)
{
    return (uint64_t)our_l4 - DIRECT_MAP_BASE;
}

/* Bits 20:12 of the index at a level: 1 for the 4 KiB tables, 4 at the top. */
static unsigned level_shift(unsigned level)
{
    return PAGE_SHIFT + 9 * (level - 1);
}

static unsigned table_index(uint64_t virtual, unsigned level)
{
    return virtual >> level_shift(level) & (ENTRIES - 1);
}

/* The entry that maps `virtual` at `level`, tables above it made on demand. */
static uint64_t *table_entry_in(uint64_t *table, uint64_t virtual,
                                unsigned level)
{
    for (unsigned l = 4; l > level; l--) {
        uint64_t *entry = &table[table_index(virtual, l)];

        if (!(*entry & PTE_P))
            *entry = pool_frame() | PTE_P | PTE_RW | PTE_A;
        table = direct(*entry & PTE_FRAME);
    }
    return &table[table_index(virtual, level)];
}

static uint64_t *table_entry(uint64_t virtual, unsigned level)
{
    return table_entry_in(our_l4, virtual, level);
}

/* The largest leaf for which both addresses are aligned and that fits. */
static unsigned leaf_level(uint64_t virtual, uint64_t machine, uint64_t size)
{
    static signed char has_1gib = -1;

    if (has_1gib < 0)
        has_1gib = cpuid(0x80000001, 0).edx >> 26 & 1;

    for (unsigned level = has_1gib ? 3 : 2; level > 1; level--) {
        uint64_t leaf = 1ull << level_shift(level);

        if (!((virtual | machine) & (leaf - 1)) && size >= leaf)
            return level;
    }
    return 1;
}

void paging_map_in(uint64_t l4, uint64_t virtual, uint64_t machine,
                   uint64_t size, uint64_t flags)
{
    while (size) {
        unsigned level = leaf_level(virtual, machine, size);
        uint64_t leaf = 1ull << level_shift(level);

        *table_entry_in(direct(l4), virtual, level) =
            machine | flags | (level > 1 ? PTE_PS : 0);
        virtual += leaf;
        machine += leaf;
        size -= leaf;
    }
}

void paging_map(uint64_t virtual, uint64_t machine, uint64_t size,
                uint64_t flags)
{
    paging_map_in(paging_l4(), virtual, machine, size, flags);
}

uint64_t paging_new_l4(void)
{
    uint64_t l4 = pool_frame();

    paging_install(direct(l4));
    return l4;
}

uint64_t paging_machine_address(uint64_t virtual)
{
    uint64_t *table = our_l4;

    for (unsigned level = 4;; level--) {
        uint64_t entry = table[table_index(virtual, level)];
        uint64_t mask = (1ull << level_shift(level)) - 1;

        if (level == 1 || (entry & PTE_PS))
            return (entry & PTE_FRAME & ~mask) | (virtual & mask);
        table = direct(entry & PTE_FRAME);
    }
}

uint64_t paging_mark_slot(void)
{
    return our_l4[table_index(IMAGE_BASE, 4)];
}

void paging_unmap(uint64_t virtual, uint64_t size)
{
    for (uint64_t end = virtual + size; virtual < end; virtual += PAGE_SIZE) {
        *table_entry(virtual, 1) = 0;
        invlpg(virtual);
    }
}

volatile void *paging_map_device(uint64_t machine, uint64_t size)
{
    uint64_t first = round_down(machine, PAGE_SIZE);
    uint64_t length = round_up(machine + size - first, PAGE_SIZE);
    uint64_t virtual = device_next;

    for (uint64_t done = 0; done < length; done += PAGE_SIZE)
        *table_entry(virtual + done, 1) = (first + done) | MAP_UNCACHED;
    device_next += length;
    return (volatile void *)(virtual + (machine - first));
}

#define SHARED_PAGES_MAX 1024

volatile void *paging_map_device_shared(uint64_t machine)
{
    static struct { uint64_t machine; volatile char *page; }
        shared[SHARED_PAGES_MAX];
    static unsigned nr;
    uint64_t offset = machine & (PAGE_SIZE - 1);
    unsigned i = 0;

    while (i < nr && shared[i].machine != machine - offset)
        i++;
    if (i == SHARED_PAGES_MAX)
        return NULL;
    if (i == nr) {
        shared[i].machine = machine - offset;
        shared[i].page = paging_map_device(machine - offset, PAGE_SIZE);
        nr++;
    }
    return shared[i].page + offset;
}

void paging_remap_device(volatile void *page, uint64_t machine)
{
    *table_entry((uint64_t)page, 1) = machine | MAP_UNCACHED;
    invlpg((uint64_t)page);
}

/* Every switch of address spaces comes here: one slot stands for all. */
void paging_install(uint64_t *l4)
{
    unsigned mark = table_index(IMAGE_BASE, 4);

    if (l4[mark] == our_l4[mark])
        return;
#pragma GCC unroll 16
    for (unsigned slot = OUR_FIRST_SLOT;
         slot < OUR_FIRST_SLOT + OUR_SLOTS; slot++)
        l4[slot] = our_l4[slot];
}
