/* SPDX-License-Identifier: MIT */
#include <hypercall/hypercall.h>

#include <xen/xen.h>

#include <guest/domain.h>
#include <hypercall/argument.h>
#include <hypercall/domid.h>
#include <hypercall/page_table.h>
#include <lib/guest_access.h>
#include <machine/paging.h>
#include <machine/x86.h>
#include <pvops/large_pages.h>

/* See page_table.h; here it is in line. */
static inline uint64_t *find_level_2(uint64_t virtual, uint64_t mask)
{
    uint64_t *table = direct(read_cr3() & mask);

    return !is_ours(virtual)
           && va_mapping_next(table, virtual, LEVEL_4_SHIFT, mask, &table)
           && va_mapping_next(table, virtual, LEVEL_3_SHIFT, mask, &table)
           ? table : NULL;
}

/* A large page of the direct map stays as it is, whatever is asked for. */
static __attribute__((noinline)) long without_table(uint64_t virtual)
{
    mfn_t frame;

    return large_pages_on() && !is_ours(virtual)
           && page_table_frame(virtual, &frame) ? 0 : -XEN_EINVAL;
}

static inline __attribute__((always_inline))
long update_va_mapping(uint64_t virtual, uint64_t value, uint64_t flags)
{
    uint64_t mask = PTE_FRAME, *table;
    bool changed;

    __asm__ ("" : "+r" (mask));         /* it stays in a register */
    table = find_level_2(virtual, mask);
    if (!table
        || !va_mapping_next(table, virtual, LEVEL_2_SHIFT, mask, &table))
        return without_table(virtual);
    if (!va_mapping_write(table, virtual, value, &changed))
        return -XEN_EINVAL;
    return changed && (flags & UVMF_FLUSHTYPE_MASK)
           ? tlb_flush_uvmf(virtual, flags) : 0;
}

HYPERCALL(hypercall_update_va_mapping)
{
    UNUSED_ARGUMENTS(a4, a5, a6);
    return update_va_mapping(a1, a2, a3);
}

HYPERCALL(hypercall_update_va_mapping_otherdomain)
{
    UNUSED_ARGUMENTS(a5, a6);
    if (domid_check_page_owner((uint16_t)a4))
        return -XEN_ESRCH;
    return update_va_mapping(a1, a2, a3);
}
