/* SPDX-License-Identifier: MIT */
#include "guest.h"

#define NEW_PAGES 128
#define ENTRIES   512

static char pages[NEW_PAGES][PAGE_SIZE] __attribute__((aligned(4096)));
static unsigned nr_used;

void *page_new(void)
{
    if (nr_used == NEW_PAGES) {
        print("UNEXPECTED: no page left");
        shut_down(1);
    }
    return pages[nr_used++];
}

uint64_t mfn_of(const void *page)
{
    const uint64_t *p2m = (const uint64_t *)start_info->mfn_list;

    return p2m[((uint64_t)page - VIRT_BASE) >> PAGE_SHIFT];
}

void *page_of_mfn(uint64_t mfn)
{
    const uint64_t *m2p = (const uint64_t *)MACH2PHYS_VIRT_START;

    return (void *)(VIRT_BASE + (m2p[mfn] << PAGE_SHIFT));
}

uint64_t machine_address(const void *place)
{
    return mfn_of(place) << PAGE_SHIFT
           | ((uint64_t)place & (PAGE_SIZE - 1));
}

uint64_t *page_entry(uint64_t virtual, unsigned level)
{
    uint64_t *table = (uint64_t *)start_info->pt_base;

    for (unsigned l = 4;; l--) {
        uint64_t *entry = &table[virtual >> (3 + 9 * l) & (ENTRIES - 1)];

        if (l == level)
            return entry;
        if (!(*entry & PTE_P))
            return NULL;
        table = page_of_mfn((*entry & PTE_FRAME) >> PAGE_SHIFT);
    }
}

/* A page that may become a table: Xen wants no writable mapping of it. */
static uint64_t new_table(void)
{
    void *table = page_new();
    uint64_t frame = mfn_of(table) << PAGE_SHIFT;

    CALL(update_va_mapping, table, frame | PTE_P | PTE_A, UVMF_INVLPG);
    return frame | PTE_P | PTE_RW | PTE_US | PTE_A | PTE_D;
}

static void write_entry(uint64_t *entry, uint64_t value)
{
    mmu_update_t update = {
        .ptr = machine_address(entry) | MMU_NORMAL_PT_UPDATE, .val = value,
    };
    long result = CALL(mmu_update, &update, 1, 0, DOMID_SELF);

    if (result)
        report(result, "UNEXPECTED result of mmu_update for %lx", value);
}

void page_map(uint64_t virtual, uint64_t pte)
{
    for (unsigned level = 4; level > 1; level--) {
        uint64_t *entry = page_entry(virtual, level);

        if (!(*entry & PTE_P))
            write_entry(entry, new_table());
    }
    write_entry(page_entry(virtual, 1), pte);
}

void *memset(void *to, int byte, size_t size)
{
    char *place = to;

    while (size--)
        *place++ = (char)byte;
    return to;
}

void *memcpy(void *to, const void *from, size_t size)
{
    char *place = to;
    const char *source = from;

    while (size--)
        *place++ = *source++;
    return to;
}

int memcmp(const void *a, const void *b, size_t size)
{
    const unsigned char *x = a, *y = b;

    for (; size; size--, x++, y++)
        if (*x != *y)
            return *x - *y;
    return 0;
}

size_t strlen(const char *text)
{
    size_t length = 0;

    while (text[length])
        length++;
    return length;
}

int strcmp(const char *a, const char *b)
{
    while (*a && *a == *b)
        a++, b++;
    return *a - *b;
}
