/* SPDX-License-Identifier: MIT */
#include <hypercall/hypercall.h>

#include <xen/xen.h>

#include <guest/domain.h>
#include <hypercall/domid.h>
#include <hypercall/page_table.h>
#include <lib/guest_access.h>
#include <machine/paging.h>
#include <machine/x86.h>
#include <pvops/large_pages.h>

static inline bool next_table(uint64_t *table, uint64_t virtual,
                              unsigned shift, uint64_t frame_mask)
{
    const uint64_t *entry = (uint64_t *)direct(*table)
                            + (virtual >> shift & 511);
    uint64_t value;

    if (!read_checked(entry, &value) || ((value - PTE_P) & (PTE_P | PTE_PS)))
        return false;
    *table = value & frame_mask;
    return true;
}

/*
 * The level-1 entry that maps `virtual` in the tables that are loaded; NULL:
 * there is no such table, or a larger page maps it.
 */
static inline uint64_t *find_entry(uint64_t virtual)
{
    uint64_t mask = PTE_FRAME;

    __asm__ ("" : "+r" (mask));         /* it stays in a register */

    uint64_t table = read_cr3() & mask;

    if (!next_table(&table, virtual, 39, mask)
        || !next_table(&table, virtual, 30, mask)
        || !next_table(&table, virtual, 21, mask))
        return NULL;
    return (uint64_t *)direct(table) + (virtual >> PAGE_SHIFT & 511);
}

/*
 * "Make this page read-only" is how a PV kernel gives a page-table, GDT or
 * LDT page to Xen.  Nobody has to be kept from writing here, and with
 * CR0.WP set the kernel's direct stores to its page tables would fault.
 */
static inline bool only_removes_write(uint64_t old, uint64_t new)
{
    return !(new & PTE_RW) && (new & PTE_P)
           && (old & (PTE_P | PTE_RW | PTE_US)) == (PTE_P | PTE_RW)
           && !((old ^ new) & PTE_FRAME);
}

/* A large page of the direct map stays as it is, whatever is asked for. */
static __attribute__((noinline)) long without_entry(uint64_t virtual)
{
    mfn_t frame;

    return large_pages_on() && page_table_frame(virtual, &frame)
           ? 0 : -XEN_EINVAL;
}

long update_va_mapping(uint64_t virtual, uint64_t value, uint64_t flags)
{
    uint64_t *entry;
    uint64_t old;

    if (virtual >= OUR_VIRT_START && virtual < OUR_VIRT_END)
        return -XEN_EINVAL;
    entry = find_entry(virtual);
    if (!entry)
        return without_entry(virtual);
    if (!read_checked(entry, &old))
        return -XEN_EINVAL;
    if (only_removes_write(old, value))
        return 0;
    if (!write_checked(entry, value))
        return -XEN_EINVAL;
    return flags & UVMF_FLUSHTYPE_MASK ? tlb_flush_uvmf(virtual, flags) : 0;
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
