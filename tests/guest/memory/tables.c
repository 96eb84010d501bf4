/* SPDX-License-Identifier: MIT */
/* Page tables of one's own, and pages cleared and copied. */
#include "memory.h"

const char *yes(bool holds)
{
    return holds ? "yes" : "no";
}

volatile uint64_t *look_at(uint64_t mfn)
{
    page_map(SCRATCH_VIRTUAL, mfn << PAGE_SHIFT | PTE_P | PTE_RW | PTE_US
                              | PTE_A | PTE_D);
    return (volatile uint64_t *)SCRATCH_VIRTUAL;
}

static long mmuext(unsigned command, uint64_t mfn)
{
    struct mmuext_op op = { .cmd = command, .arg1.mfn = mfn };

    return CALL(mmuext_op, &op, 1, 0, DOMID_SELF);
}

static long update(uint64_t ptr, uint64_t value)
{
    mmu_update_t request = { .ptr = ptr, .val = value };

    return CALL(mmu_update, &request, 1, 0, DOMID_SELF);
}

static void make_read_only(void *page)
{
    report(CALL(update_va_mapping, page, mfn_of(page) << PAGE_SHIFT | PTE_P
                                         | PTE_A, UVMF_INVLPG),
           "a page that will be a table");
}

/* A copy of the kernel's L4 is as good as that. */
static void test_another_l4(void)
{
    uint64_t old = mfn_of((const void *)start_info->pt_base);
    uint64_t *l4 = page_new();

    memcpy(l4, (const void *)start_info->pt_base, PAGE_SIZE);
    make_read_only(l4);
    report(mmuext(MMUEXT_PIN_L4_TABLE, mfn_of(l4)), "pin");
    report(mmuext(MMUEXT_PIN_L4_TABLE, mfn_of(l4)), "pin once more");
    report(mmuext(MMUEXT_NEW_BASEPTR, mfn_of(l4)), "load");
    print("the kernel is still there: %s", yes(mfn_of(l4) != old));
    report(mmuext(MMUEXT_NEW_BASEPTR, old), "load the first again");
    report(mmuext(MMUEXT_UNPIN_TABLE, mfn_of(l4)), "unpin");
    report(mmuext(MMUEXT_UNPIN_TABLE, mfn_of(l4)), "unpin once more");
    report(CALL(update_va_mapping, l4, mfn_of(l4) << PAGE_SHIFT | PTE_P
                                       | PTE_RW | PTE_A | PTE_D, UVMF_INVLPG),
           "it is a page again");
    l4[0] = 1;
}

static void print_bits(const char *name, const volatile uint64_t *entry)
{
    print("%s, A: %s", name, yes(*entry & PTE_A));
    print("%s, D: %s", name, yes(*entry & PTE_D));
}

static void test_accessed_and_dirty(void)
{
    uint64_t *page = page_new(), frame = mfn_of(page) << PAGE_SHIFT;
    uint64_t *entry;

    CALL(update_va_mapping, SCRATCH_VIRTUAL, 0, UVMF_INVLPG);
    page_map(SCRATCH_VIRTUAL, frame | PTE_P | PTE_RW | PTE_US);
    entry = page_entry(SCRATCH_VIRTUAL, 1);
    print_bits("entry at first", entry);
    (void)*(volatile uint64_t *)SCRATCH_VIRTUAL;
    print_bits("entry after a read", entry);
    *(volatile uint64_t *)SCRATCH_VIRTUAL = 1;
    print_bits("entry after a write", entry);
    update(machine_address(entry) | MMU_PT_UPDATE_PRESERVE_AD,
           frame | PTE_P | PTE_US);
    print_bits("entry, A and D kept", entry);
    update(machine_address(entry) | MMU_NORMAL_PT_UPDATE,
           frame | PTE_P | PTE_US);
    print_bits("entry, not kept", entry);
    update(machine_address(entry) | MMU_NORMAL_PT_UPDATE, 0);
    print("entry, cleared: %lx", *(volatile uint64_t *)entry);
}

static void test_mapping(void)
{
    uint64_t *a = page_new(), *b = page_new();
    uint64_t flags = PTE_P | PTE_RW | PTE_US | PTE_A | PTE_D;

    *a = 0xa;
    *b = 0xb;
    print("the first page shows: %lx", *look_at(mfn_of(a)));
    report(CALL(update_va_mapping, SCRATCH_VIRTUAL,
                mfn_of(b) << PAGE_SHIFT | flags, UVMF_INVLPG),
           "update_va_mapping with INVLPG");
    print("the second page shows: %lx",
          *(volatile uint64_t *)SCRATCH_VIRTUAL);
    report(CALL(update_va_mapping, SCRATCH_VIRTUAL,
                mfn_of(a) << PAGE_SHIFT | flags, UVMF_TLB_FLUSH),
           "update_va_mapping with a flush");
    print("the first again: %lx", *(volatile uint64_t *)SCRATCH_VIRTUAL);
}

static void test_clear_and_copy(void)
{
    uint64_t last = start_info->nr_pages - 1;
    uint64_t mfn = ((const uint64_t *)start_info->mfn_list)[last];
    uint64_t *page = page_new();
    struct mmuext_op copy = {
        .cmd = MMUEXT_COPY_PAGE, .arg1.mfn = mfn,
        .arg2.src_mfn = mfn_of(page),
    };

    page[7] = 0x77;
    CALL(update_va_mapping, SCRATCH_VIRTUAL, 0, UVMF_INVLPG);
    report(CALL(mmuext_op, &copy, 1, 0, DOMID_SELF), "copy a page");
    print("it shows: %lx", look_at(mfn)[7]);
    CALL(update_va_mapping, SCRATCH_VIRTUAL, 0, UVMF_INVLPG);
    report(mmuext(MMUEXT_CLEAR_PAGE, mfn), "clear a page");
    print("it shows, cleared: %lx", look_at(mfn)[7]);
}

static void test_m2p(void)
{
    volatile uint64_t *m2p = (volatile uint64_t *)MACH2PHYS_VIRT_START;
    uint64_t mfn = mfn_of(page_new()), before = m2p[mfn];

    report(update(mfn << PAGE_SHIFT | MMU_MACHPHYS_UPDATE, 0x1234),
           "machine-to-physical update");
    print("it is there: %lx", m2p[mfn]);
    update(mfn << PAGE_SHIFT | MMU_MACHPHYS_UPDATE, before);
    print("and back: %s", yes(m2p[mfn] == before));
}

void test_tables(void)
{
    test_mapping();
    test_accessed_and_dirty();
    test_another_l4();
    test_clear_and_copy();
    test_m2p();
}
