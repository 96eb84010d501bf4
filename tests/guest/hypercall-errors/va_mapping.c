/* SPDX-License-Identifier: MIT */
/* update_va_mapping and update_va_mapping_otherdomain. */
#include "errors.h"

static void try_addresses(uint64_t entry)
{
    static const unsigned long flags[] = { UVMF_NONE, UVMF_INVLPG };

    for (struct bad_pointer *bad = bad_pointers; bad->kind; bad++)
        for (unsigned i = 0; i < 2; i++)
            if (strcmp(bad->kind, "straddling"))
                report(CALL(update_va_mapping, bad->address, entry,
                            flags[i]),
                       "update_va_mapping(%s, a page, %lu)", bad->kind,
                       flags[i]);
}

static void try_entries(uint64_t place, uint64_t entry)
{
    TRY(update_va_mapping, place, 0, 0);
    TRY(update_va_mapping, place, entry, UVMF_NONE);
    TRY(update_va_mapping, place, entry, 0);
    TRY(update_va_mapping, place + 123, entry, 0);
    TRY(update_va_mapping, place, NO_MFN << PAGE_SHIFT | PTE_P, 0);
    TRY(update_va_mapping, place, NO_MFN << PAGE_SHIFT, 0);
    TRY(update_va_mapping, place, 0x0010000000000000 | entry, 0);
    TRY(update_va_mapping, place, ~0ul, 0);
    TRY(update_va_mapping, place, entry, UVMF_TLB_FLUSH);
    TRY(update_va_mapping, place, entry, UVMF_INVLPG);
    TRY(update_va_mapping, place, entry, 3);
    TRY(update_va_mapping, place, entry, UVMF_TLB_FLUSH + UVMF_ALL);
    TRY(update_va_mapping, place, entry, UVMF_INVLPG + UVMF_ALL);
    TRY(update_va_mapping, place, entry, UVMF_INVLPG + UVMF_LOCAL);
    TRY(update_va_mapping, place, entry, 3 + UVMF_ALL);
    for (struct bad_pointer *bad = bad_pointers; bad->kind; bad++) {
        uint64_t mask = bad->address & ~7ul;

        if (bad->address < 8)
            continue;
        report(CALL(update_va_mapping, place, entry, mask | UVMF_TLB_FLUSH),
               "update_va_mapping(flush, mask %s)", bad->kind);
        report(CALL(update_va_mapping, place, entry, mask | UVMF_INVLPG),
               "update_va_mapping(invlpg, mask %s)", bad->kind);
    }
}

void try_va_mapping(void)
{
    uint64_t place = SCRATCH_VIRTUAL + 80 * PAGE_SIZE;
    uint64_t entry = mfn_of(page_new()) << PAGE_SHIFT | PTE_P | PTE_A;

    try_addresses(entry);
    try_entries(place, entry);
    TRY(update_va_mapping_otherdomain, place, entry, 0, DOMID_SELF);
    TRY(update_va_mapping_otherdomain, place, entry, 0, 0);
    TRY(update_va_mapping_otherdomain, place, entry, 0, 7);
    TRY(update_va_mapping_otherdomain, place, entry, 0, DOMID_IO);
    TRY(update_va_mapping_otherdomain, place, entry, 0, DOMID_INVALID);
    TRY(update_va_mapping, place, 0, UVMF_INVLPG);
}
