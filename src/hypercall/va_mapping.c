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

/* Of an address: what a level's entries leave to those below. */
#define LEVEL_4_SHIFT 39
#define LEVEL_3_SHIFT 30
#define LEVEL_2_SHIFT 21

/*
 * From a table to the one below.  False: there is none, or a larger page.
 * `frame_mask` is PTE_FRAME, kept in a register.
 */
static inline __attribute__((always_inline))
bool next_table(const uint64_t *table, uint64_t virtual, unsigned shift,
                uint64_t frame_mask, uint64_t **next)
{
    uint64_t value;

    if (!read_checked(&table[virtual >> shift & 511], &value)
        || ((value - PTE_P) & (PTE_P | PTE_PS)))
        return false;
    *next = direct(value & frame_mask);
    return true;
}

/*
 * Let the entry of a level-1 table be `value`.  False: it can't be written.
 *
 * "Make this page read-only" is how a PV kernel gives a page-table, GDT or
 * LDT page to Xen.  Nobody has to be kept from writing here, and with CR0.WP
 * set the kernel's direct stores to its page tables would fault: what takes
 * nothing but the write bit of a kernel's page away is ignored.
 */
static inline __attribute__((always_inline))
bool write_entry(uint64_t *table, uint64_t virtual, uint64_t value,
                 bool *changed)
{
    uint64_t *entry = &table[virtual >> PAGE_SHIFT & 511], old;

    *changed = true;
    if (!(value & PTE_RW)) {
        if (!read_checked(entry, &old))
            return false;
        *changed = (old & (PTE_P | PTE_RW | PTE_US)) != (PTE_P | PTE_RW)
                   || ((old ^ value) & (PTE_FRAME | PTE_P));
    }
    return !*changed || write_checked(entry, value);
}

/* NULL: there is none, or a larger page, or the address is ours. */
static inline uint64_t *find_level_2(uint64_t virtual, uint64_t mask)
{
    uint64_t *table = direct(read_cr3() & mask);

    return !is_ours(virtual)
           && next_table(table, virtual, LEVEL_4_SHIFT, mask, &table)
           && next_table(table, virtual, LEVEL_3_SHIFT, mask, &table)
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
        || !next_table(table, virtual, LEVEL_2_SHIFT, mask, &table))
        return without_table(virtual);
    if (!write_entry(table, virtual, value, &changed))
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
