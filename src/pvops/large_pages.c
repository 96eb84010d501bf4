/* SPDX-License-Identifier: MIT */
#include <pvops/large_pages.h>

#include <machine/features.h>
#include <machine/paging.h>
#include <machine/tlb.h>
#include <machine/x86.h>

#define ENTRIES   512
#define L4_SHIFT  39
#define LEAF_SIZE (1ull << 21)

/* Bit 7 of a small page's entry, where a large one's says that it is one. */
#define PTE_PAT_SMALL PTE_PS

#define ACCESSED (uint64_t)(PTE_A | PTE_D)

bool large_pages_on(void)
{
    return features.large_pages_shown;
}

/*
 * The kernel's data, and nothing else: what is executable is still to become
 * read-only, in tables that two mappings share.
 */
static bool is_data(uint64_t entry)
{
    return (entry & (PTE_P | PTE_RW | PTE_NX)) == (PTE_P | PTE_RW | PTE_NX)
           && !(entry & (PTE_US | PTE_PAT_SMALL));
}

/* Does a table map the 2 MiB from its first frame on, all alike? */
static bool is_uniform(const uint64_t *table)
{
    uint64_t first = table[0] & ~ACCESSED;

    if (!is_data(first) || (first & PTE_FRAME & (LEAF_SIZE - 1)))
        return false;
    for (unsigned i = 1; i < ENTRIES; i++)
        if ((table[i] & ~ACCESSED) != first + i * (uint64_t)PAGE_SIZE)
            return false;
    return true;
}

/* A direct map begins where an L4 entry does. */
static bool is_direct(uint64_t virtual, uint64_t entry)
{
    return !((virtual - (entry & PTE_FRAME)) & ((1ull << L4_SHIFT) - 1));
}

static unsigned promote_l2(uint64_t *table, uint64_t virtual)
{
    unsigned nr = 0;

    for (unsigned i = 0; i < ENTRIES; i++, virtual += LEAF_SIZE) {
        const uint64_t *l1 = direct(table[i] & PTE_FRAME);

        if (!(table[i] & PTE_P) || (table[i] & PTE_PS)
            || !is_direct(virtual, l1[0]) || !is_uniform(l1))
            continue;
        table[i] = l1[0] | PTE_PS | ACCESSED;
        nr++;
    }
    return nr;
}

unsigned large_pages_promote(void)
{
    const uint64_t *l4 = direct(read_cr3() & PTE_FRAME);
    unsigned nr = 0;

    for (unsigned i = OUR_FIRST_SLOT + OUR_SLOTS; i < ENTRIES; i++) {
        const uint64_t *l3 = direct(l4[i] & PTE_FRAME);

        if (!(l4[i] & PTE_P))
            continue;
        for (unsigned j = 0; j < ENTRIES; j++)
            if ((l3[j] & PTE_P) && !(l3[j] & PTE_PS))
                nr += promote_l2(direct(l3[j] & PTE_FRAME),
                                 0xffffull << 48 | (uint64_t)i << L4_SHIFT
                                 | (uint64_t)j << 30);
    }
    tlb_flush(TLB_ALL);
    features.large_pages_shown = true;
    return nr;
}
