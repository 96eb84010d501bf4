/* SPDX-License-Identifier: MIT */
#include <hypercall/hypercall.h>

#include <xen/xen.h>

#include <guest/domain.h>
#include <hypercall/domid.h>
#include <hypercall/page_table.h>
#include <lib/guest_access.h>
#include <machine/x86.h>

/*
 * "Make this page read-only" is how a PV kernel gives a page-table, GDT or
 * LDT page to Xen.  Nobody has to be kept from writing here, and with
 * CR0.WP set the kernel's direct stores to its page tables would fault.
 */
static bool only_removes_write(uint64_t old, uint64_t new)
{
    return (old & new & PTE_P) && (old & PTE_RW) && !(new & PTE_RW)
           && !((old ^ new) & PTE_FRAME) && !(old & PTE_US);
}

static long update(uint64_t virtual, uint64_t value, uint64_t flags)
{
    bool large;
    uint64_t *entry = page_table_find(virtual, &large);
    uint64_t old;

    if (!entry || !read_checked(entry, &old))
        return -XEN_EINVAL;
    if (only_removes_write(old, value))
        return 0;
    if (!write_checked(entry, value))
        return -XEN_EINVAL;
    return tlb_flush_uvmf(virtual, flags);
}

HYPERCALL(hypercall_update_va_mapping)
{
    UNUSED_ARGUMENTS(a4, a5, a6);
    if (a1 >= OUR_VIRT_START && a1 < OUR_VIRT_END)
        return -XEN_EINVAL;
    return update(a1, a2, a3);
}

HYPERCALL(hypercall_update_va_mapping_otherdomain)
{
    if (domid_check_page_owner((uint16_t)a4))
        return -XEN_ESRCH;
    return hypercall_update_va_mapping(a1, a2, a3, 0, a5, a6);
}
