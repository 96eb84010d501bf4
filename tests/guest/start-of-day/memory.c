/* SPDX-License-Identifier: MIT */
#include "day.h"

#include <xen/memory.h>

#define MIB (1ul << 20)

static const uint64_t *p2m(void)
{
    return (const uint64_t *)start_info->mfn_list;
}

static uint64_t tables_end(void)
{
    return start_info->pt_base + start_info->nr_pt_frames * PAGE_SIZE;
}

static bool is_table(uint64_t virtual)
{
    return virtual >= start_info->pt_base && virtual < tables_end();
}

/* Where the mapping that begins at VIRT_BASE ends. */
static uint64_t mapping_end(void)
{
    uint64_t virtual = VIRT_BASE;

    for (;; virtual += PAGE_SIZE) {
        uint64_t *entry = virtual ? page_entry(virtual, 1) : NULL;

        if (!entry || !(*entry & PTE_P))
            return virtual;
    }
}

/* Behind the kernel, in this order, without holes. */
static void test_order(void)
{
    uint64_t next = ((uint64_t)guest_end + PAGE_SIZE - 1) & -PAGE_SIZE;

    if (!MOD_START_PFN) {
        check("the initrd begins behind the kernel",
              start_info->mod_start == next);
        next = (start_info->mod_start + start_info->mod_len + PAGE_SIZE - 1)
               & -PAGE_SIZE;
    }
    if (!INIT_P2M) {
        check("the p2m is next", start_info->mfn_list == next);
        next = (start_info->mfn_list + start_info->nr_pages * 8 + PAGE_SIZE
                - 1) & -PAGE_SIZE;
    } else {
        check("the p2m is where it was asked for",
              start_info->mfn_list == INIT_P2M);
    }
    check("start_info is next", (uint64_t)start_info == next);
    check("the page tables are behind it",
          start_info->pt_base >= next + PAGE_SIZE
          && start_info->pt_base <= next + 3 * PAGE_SIZE);
    check("the stack is behind the tables",
          start_registers.rsp == tables_end() + PAGE_SIZE);
}

static void test_mapping(void)
{
    uint64_t end = mapping_end();
    unsigned long wrong_frames = 0, read_only = 0, writable_tables = 0,
                  user = 0;

    check("mapped to a multiple of 4 MiB", end % (4 * MIB) == 0);
    check("512 KiB or more are left behind the stack",
          end - start_registers.rsp >= MIB / 2);
    for (uint64_t virtual = VIRT_BASE; virtual != end;
         virtual += PAGE_SIZE) {
        uint64_t entry = *page_entry(virtual, 1);
        uint64_t pfn = (virtual - VIRT_BASE) >> PAGE_SHIFT;

        /* The library has made tables read-only, too. */
        if (pfn < start_info->nr_pages
            && (entry & PTE_FRAME) >> PAGE_SHIFT != p2m()[pfn])
            wrong_frames++;
        if (is_table(virtual))
            writable_tables += !!(entry & PTE_RW);
        else if (virtual > tables_end())
            read_only += !(entry & PTE_RW);
        user += !!(entry & PTE_US);
    }
    print("pages mapped to others than p2m's: %lu", wrong_frames);
    print("read-only pages behind the tables: %lu", read_only);
    check("page tables are writable", writable_tables);
    check("pages have U=1", user);
}

static void test_frames(void)
{
    const uint64_t *m2p = (const uint64_t *)MACH2PHYS_VIRT_START;
    long max_mfn = CALL(memory_op, XENMEM_maximum_ram_page, 0);
    unsigned long wrong = 0, high = 0;

    for (uint64_t pfn = 0; pfn < start_info->nr_pages; pfn++) {
        wrong += m2p[p2m()[pfn]] != pfn;
        high += p2m()[pfn] > (uint64_t)max_mfn;
    }
    print("pfns whose frame leads elsewhere: %lu", wrong);
    print("frames above maximum_ram_page: %lu", high);
}

static void test_numbers(void)
{
    static char map[128 * 20];
    static domid_t self = DOMID_SELF;
    struct xen_machphys_mapping mapping = { 0 };
    struct xen_memory_map length = { 0 };
    struct xen_memory_map all = { .nr_entries = 128, .buffer = { map } };

    report(CALL(memory_op, XENMEM_machphys_mapping, &mapping),
           "machphys_mapping");
    print("machphys_mapping, v_start: %lx", mapping.v_start);
    check("machphys_mapping, max_mfn is maximum_ram_page",
          (long)mapping.max_mfn
          == CALL(memory_op, XENMEM_maximum_ram_page, 0));
    check("current_reservation is nr_pages",
          CALL(memory_op, XENMEM_current_reservation, &self)
          == (long)start_info->nr_pages);
    check("maximum_reservation is nr_pages",
          CALL(memory_op, XENMEM_maximum_reservation, &self)
          == (long)start_info->nr_pages);
    report(CALL(memory_op, XENMEM_machine_memory_map, &length),
           "machine_memory_map, length");
    report(CALL(memory_op, XENMEM_machine_memory_map, &all),
           "machine_memory_map");
    check("machine_memory_map, same length both times",
          length.nr_entries == all.nr_entries);
    all.nr_entries = length.nr_entries - 1;
    report(CALL(memory_op, XENMEM_machine_memory_map, &all),
           "machine_memory_map, too short a buffer");
}

void test_memory(void)
{
    test_order();
    test_mapping();
    test_frames();
    test_numbers();
}
