/* SPDX-License-Identifier: MIT */
#include "errors.h"

#define PREEMPTED (1u << 31)            /* Xen's own mark in a count */

#define UPDATE(where, what)                                                \
    ({                                                                     \
        mmu_update_t update_ = { where, what };                            \
                                                                           \
        report(CALL(mmu_update, &update_, 1, 0, DOMID_SELF), "%s",         \
               "mmu_update(" #where ", " #what ")");                       \
    })

static void try_pointers(void)
{
    mmu_update_t nothing = { 0 };

    for (struct bad_pointer *bad = bad_pointers; bad->kind; bad++)
        report(CALL(mmu_update, bad->address, 1, 0, DOMID_SELF),
               "mmu_update(%s, 1)", bad->kind);
    for (struct bad_pointer *bad = bad_pointers; bad->kind; bad++)
        report(CALL(mmu_update, 0, 0, bad->address, DOMID_SELF),
               "mmu_update(none, done %s)", bad->kind);
    TRY(mmu_update, &nothing, 0, read_only_page, DOMID_SELF);
    TRY(mmu_update, UNMAPPED_VIRTUAL, 0x7fffffff, 0, DOMID_SELF);
    TRY(mmu_update, UNMAPPED_VIRTUAL, PREEMPTED, 0, DOMID_SELF);
    TRY(mmu_update, UNMAPPED_VIRTUAL, PREEMPTED + 1, 0, DOMID_SELF);
    TRY(mmu_update, UNMAPPED_VIRTUAL, 0xffffffff, 0, DOMID_SELF);
    TRY(mmu_update, NONCANONICAL, 0x7fffffff, 0, DOMID_SELF);
    TRY(mmu_update, &nothing, 0x100000000, 0, DOMID_SELF);
}

static void try_domains(void)
{
    mmu_update_t none = { 0 };

    TRY(mmu_update, &none, 0, 0, 0);
    TRY(mmu_update, &none, 0, 0, 7);
    TRY(mmu_update, &none, 0, 0, DOMID_IO);
    TRY(mmu_update, &none, 0, 0, DOMID_XEN);
    TRY(mmu_update, &none, 0, 0, DOMID_INVALID);
    TRY(mmu_update, &none, 0, 0, 0xffff);
    TRY(mmu_update, &none, 0, 0, (DOMID_SELF + 1) << 16);
    TRY(mmu_update, &none, 0, 0, 1 << 16);
    TRY(mmu_update, &none, 0, 0, 8 << 16);
    TRY(mmu_update, &none, 0, 0, (1 << 16) + DOMID_SELF);
    TRY(mmu_update, &none, 0, 0, (8 << 16) + DOMID_SELF);
}

static void try_entries(void)
{
    char *page = page_new();
    uint64_t frame = mfn_of(page) << PAGE_SHIFT;
    uint64_t entry = machine_address(page_entry((uint64_t)edge_page + 64
                                                * PAGE_SIZE, 1));
    uint64_t l2_entry = machine_address(page_entry(SCRATCH_VIRTUAL
                                                   + 0x400000, 2));

    UPDATE(entry, 0);
    UPDATE(entry | MMU_NORMAL_PT_UPDATE, frame | PTE_P);
    UPDATE(entry | MMU_PT_UPDATE_NO_TRANSLATE, frame | PTE_P | PTE_RW);
    UPDATE(entry | MMU_PT_UPDATE_NO_TRANSLATE, 0);
    UPDATE(entry + 4, 0);
    UPDATE(entry + 3, 0);
    UPDATE(entry, NO_MFN << PAGE_SHIFT | PTE_P);
    UPDATE(entry, frame | PTE_P | 0x0010000000000000);
    UPDATE(entry, frame | PTE_P | PTE_RW | PTE_NX);
    UPDATE(entry + MMU_PT_UPDATE_PRESERVE_AD, frame | PTE_P);
    UPDATE(entry + MMU_PT_UPDATE_PRESERVE_AD, 0);
    UPDATE(l2_entry, frame | PTE_P | PTE_PS);
    UPDATE(l2_entry, NO_MFN << PAGE_SHIFT | PTE_P);
    UPDATE(l2_entry, 0);
    UPDATE(NO_MFN << PAGE_SHIFT, 0);
    UPDATE(~7ul, 0);
    UPDATE(machine_address(page), 0);   /* an ordinary page */
    UPDATE(NO_MFN << PAGE_SHIFT | MMU_MACHPHYS_UPDATE, 0);
    UPDATE(frame | MMU_MACHPHYS_UPDATE,
           ((uint64_t)page - VIRT_BASE) >> PAGE_SHIFT);
    UPDATE((frame + 8) | MMU_MACHPHYS_UPDATE,
           ((uint64_t)page - VIRT_BASE) >> PAGE_SHIFT);
    UPDATE(frame | MMU_MACHPHYS_UPDATE, NO_MFN);
}

/* How many were done is told even if one fails. */
static void try_counts(void)
{
    uint64_t entry = machine_address(page_entry((uint64_t)edge_page + 64
                                                * PAGE_SIZE, 1));
    mmu_update_t updates[3] = { { entry, 0 }, { entry, 0 },
                                { NO_MFN << PAGE_SHIFT, 0 } };
    unsigned done = 99;

    report(CALL(mmu_update, updates, 3, &done, DOMID_SELF),
           "mmu_update(2 good, 1 bad)");
    report(done, "mmu_update(2 good, 1 bad), done");
    report(CALL(mmu_update, updates, 2, &done, DOMID_SELF),
           "mmu_update(2 good)");
    report(done, "mmu_update(2 good), done");
    report(CALL(mmu_update, updates, 2, read_only_page, DOMID_SELF),
           "mmu_update(2 good), done read-only");
    report(CALL(mmu_update, updates, 2, UNMAPPED_VIRTUAL, DOMID_SELF),
           "mmu_update(2 good), done unmapped");
}

void try_mmu_update(void)
{
    try_pointers();
    try_domains();
    try_entries();
    try_counts();
}
