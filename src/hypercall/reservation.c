/* SPDX-License-Identifier: MIT */
/*
 * Ballooning gives memory to nobody here: frames that the kernel takes out
 * wait until it wants some again.
 */
#include <hypercall/memory.h>

#include <xen/xen.h>
#include <xen/memory.h>

#include <guest/domain.h>
#include <hypercall/domid.h>
#include <hypercall/page_table.h>
#include <lib/guest_access.h>
#include <lib/spinlock.h>

#define ORDER_MAX 20

static struct spinlock lock;
static uint64_t nr_given_back;
static uint64_t search_from;            /* where the last one was found */

static bool is_given_back(uint64_t mfn)
{
    return mfn < domain.max_mfn && m2p()[mfn] == M2P_GIVEN_BACK;
}

static bool give_back(uint64_t mfn)
{
    if (!domain_owns(MFN(mfn)))
        return false;
    m2p()[mfn] = M2P_GIVEN_BACK;
    nr_given_back++;
    return true;
}

static bool give_back_extent(uint64_t mfn, unsigned order)
{
    for (uint64_t i = 0; i < 1ul << order; i++)
        if (!give_back(mfn + i))
            return false;
    return true;
}

/* Any that was given back; there is one. */
static uint64_t find_one(void)
{
    for (uint64_t tried = 0; tried < domain.max_mfn; tried++) {
        search_from = (search_from + 1) % domain.max_mfn;
        if (is_given_back(search_from))
            return search_from;
    }
    return M2P_INVALID;
}

/* That of the same number if possible, so that the p2m stays the identity. */
static uint64_t find_extent(uint64_t pfn, unsigned order)
{
    uint64_t mfn = pfn_mfn(PFN(pfn)).n;

    for (uint64_t i = 0; i < 1ul << order; i++)
        if (!is_given_back(mfn + i))
            return order || !nr_given_back ? M2P_INVALID : find_one();
    return mfn;
}

static bool populate_extent(uint64_t place, unsigned order)
{
    uint64_t pfn, mfn;

    if (!GUEST_READ(&pfn, place))
        return false;
    mfn = find_extent(pfn, order);
    if (mfn == M2P_INVALID || !GUEST_WRITE(place, &mfn))
        return false;
    for (uint64_t i = 0; i < 1ul << order; i++)
        m2p()[mfn + i] = pfn + i;
    nr_given_back -= 1ul << order;
    return true;
}

static bool decrease_extent(uint64_t place, unsigned order)
{
    uint64_t mfn;

    return GUEST_READ(&mfn, place) && give_back_extent(mfn, order);
}

/* How many extents it was done for, until the first for which it can't be. */
static long for_extents(uint64_t argument,
                        bool (*what)(uint64_t place, unsigned order))
{
    struct xen_memory_reservation op;
    uint64_t done = 0;

    if (!GUEST_READ(&op, argument) || !domid_is_self(op.domid)
        || op.extent_order > ORDER_MAX)
        return 0;
    spin_lock(&lock);
    while (done < op.nr_extents
           && what((uint64_t)op.extent_start.p + done * sizeof(uint64_t),
                   op.extent_order))
        done++;
    page_table_forget_on_all();
    spin_unlock(&lock);
    return (long)done;
}

static long domain_pages(uint64_t argument, uint64_t fewer)
{
    domid_t domid;

    if (!GUEST_READ(&domid, argument))
        return -XEN_EFAULT;
    return domid_is_self(domid) ? (long)(domain.nr_pages - fewer)
                                : -XEN_ESRCH;
}

long memory_reservation_here(uint32_t command, uint64_t argument)
{
    switch (command) {
    case XENMEM_decrease_reservation:
        return for_extents(argument, decrease_extent);
    case XENMEM_populate_physmap:
        return for_extents(argument, populate_extent);
    case XENMEM_current_reservation:
        return domain_pages(argument, nr_given_back);
    default:
        return domain_pages(argument, 0);
    }
}
