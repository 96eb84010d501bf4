/* SPDX-License-Identifier: MIT */
/*
 * Xen sets the user bit in all entries that a 64-bit kernel writes, and keeps
 * the kernel's pages from user mode by other tables.  Linux sets the bit
 * itself where it is wanted; small kernels rely on Xen.  They get the bit
 * here, page by page, when a program needs it: so the pages that are the
 * kernel's alone stay out of reach, and good for SMEP and SMAP.
 */
#include <hypercall/user_bit.h>

#include <guest/domain.h>
#include <lib/guest_access.h>
#include <machine/cpu_area.h>
#include <machine/paging.h>
#include <machine/x86.h>

#define TOP_SHIFT 39
#define LEVEL_BITS 9
#define INDEX_MASK 511

/*
 * Walk from the table at machine address `table`; `user`: set that bit on
 * the way.  False: nothing is mapped there.
 */
static bool walk(uint64_t table, uint64_t virtual, bool user, bool *changed)
{
    for (unsigned shift = TOP_SHIFT; shift >= PAGE_SHIFT;
         shift -= LEVEL_BITS) {
        uint64_t *entry = (uint64_t *)direct(table)
                          + (virtual >> shift & INDEX_MASK);
        uint64_t value;

        if (!read_checked(entry, &value) || !(value & PTE_P))
            return false;
        if (user && !(value & PTE_US)) {
            if (!domain_owns(address_mfn(table)))
                return false;
            __atomic_fetch_or(entry, PTE_US, __ATOMIC_RELAXED);
            *changed = true;
        }
        if (value & PTE_PS)
            return true;
        table = value & PTE_FRAME;
    }
    return true;
}

bool user_bit_fix(uint64_t virtual)
{
    uint64_t user_l4 = mfn_address(this_cpu()->user_l4);
    bool changed = false;

    if (!domain.low_half || !user_l4 || virtual >> 63
        || !walk(user_l4, virtual, false, &changed)
        || !walk(read_cr3() & PTE_FRAME, virtual, true, &changed))
        return false;
    if (changed)
        invlpg(virtual);
    return changed;
}
