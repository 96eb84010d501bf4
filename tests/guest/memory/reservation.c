/* SPDX-License-Identifier: MIT */
/* Frames given back, asked for, exchanged. */
#include "memory.h"

#include <xen/memory.h>

#define MANY 3000

static xen_pfn_t frames[MANY], pfns[MANY];
static domid_t self = DOMID_SELF;

static uint64_t *p2m(void)
{
    return (uint64_t *)start_info->mfn_list;
}

static uint64_t m2p(uint64_t mfn)
{
    return ((const volatile uint64_t *)MACH2PHYS_VIRT_START)[mfn];
}

/* The domain's last frames, which nothing maps. */
static void take(unsigned nr)
{
    for (unsigned i = 0; i < nr; i++) {
        pfns[i] = start_info->nr_pages - MANY + i;
        frames[i] = p2m()[pfns[i]];
    }
}

static long reserve(unsigned command, unsigned nr, xen_pfn_t *list)
{
    struct xen_memory_reservation op = {
        .domid = DOMID_SELF, .nr_extents = nr, .extent_start = { list },
    };

    return CALL(memory_op, command, &op);
}

static long current(void)
{
    return CALL(memory_op, XENMEM_current_reservation, &self);
}

/* Ask for frames for the first of `pfns`, and note which came. */
static void populate(const char *name, unsigned nr)
{
    bool right = true;

    memcpy(frames, pfns, nr * sizeof *pfns);
    report(reserve(XENMEM_populate_physmap, nr, frames), "%s", name);
    for (unsigned i = 0; i < nr; i++) {
        p2m()[pfns[i]] = frames[i];
        right &= m2p(frames[i]) == pfns[i];
    }
    print("%s, machine-to-physical right: %s", name, yes(right));
}

static void give_back_and_ask(const char *name, unsigned nr)
{
    long before = current();

    take(nr);
    report(reserve(XENMEM_decrease_reservation, nr, frames),
           "%s, given back", name);
    print("%s, fewer: %ld", name, before - current());
    populate(name, nr);
    print("%s, as many as before: %s", name, yes(current() == before));
}

static void fail_in_the_middle(void)
{
    take(8);
    frames[3] = 0x000ffffffffffful;
    report(reserve(XENMEM_decrease_reservation, 8, frames),
           "the fourth doesn't exist");
    populate("three again", 3);
    take(8);
    frames[5] = frames[4];
    report(reserve(XENMEM_decrease_reservation, 8, frames),
           "one of them twice");
    populate("five again", 5);
}

static void exchange(const char *name, unsigned nr, unsigned order,
                     unsigned bits)
{
    static xen_pfn_t out[MANY];
    struct xen_memory_exchange op = {
        .in = { .domid = DOMID_SELF, .nr_extents = nr,
                .extent_start = { frames } },
        .out = { .domid = DOMID_SELF, .nr_extents = nr >> order,
                 .extent_order = order, .mem_flags = XENMEMF_address_bits(bits),
                 .extent_start = { out } },
    };
    bool right = true, in_row = true;

    take(nr);
    for (unsigned i = 0; i < nr >> order; i++)
        out[i] = pfns[i << order];
    report(CALL(memory_op, XENMEM_exchange, &op), "%s", name);
    print("%s, exchanged: %lu", name, op.nr_exchanged);
    for (unsigned i = 0; i < nr; i++) {
        uint64_t mfn = out[i >> order] + (i & ((1u << order) - 1));

        p2m()[pfns[i]] = mfn;
        right &= m2p(mfn) == pfns[i];
        in_row &= !bits || mfn >> (bits - PAGE_SHIFT) == 0;
    }
    print("%s, machine-to-physical right: %s", name, yes(right));
    print("%s, within %u bits: %s", name, bits, yes(in_row));
}

static void test_figures(void)
{
    print("current reservation is start_info's: %s",
          yes((unsigned long)current() == start_info->nr_pages));
    print("maximum is not less: %s",
          yes(CALL(memory_op, XENMEM_maximum_reservation, &self)
              >= current()));
    print("frames end behind ours: %s",
          yes(CALL(memory_op, XENMEM_maximum_ram_page, 0)
              >= (long)mfn_of((const void *)start_info->pt_base)));
}

void test_reservation(void)
{
    test_figures();
    give_back_and_ask("one frame", 1);
    give_back_and_ask("eight frames", 8);
    give_back_and_ask("three thousand frames", MANY);
    fail_in_the_middle();
    exchange("one for one", 1, 0, 0);
    exchange("sixteen for sixteen", 16, 0, 32);
    exchange("sixteen for a row of sixteen", 16, 4, 32);
}
