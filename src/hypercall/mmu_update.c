/* SPDX-License-Identifier: MIT */
#include <hypercall/hypercall.h>

#include <xen/xen.h>

#include <guest/domain.h>
#include <hypercall/domid.h>
#include <lib/guest_access.h>
#include <machine/paging.h>
#include <machine/x86.h>

#define COMMAND_MASK 7

/* Keep the Accessed and Dirty bits that hardware may set meanwhile. */
static inline __attribute__((always_inline))
bool write_keeping_ad(uint64_t *entry, uint64_t value)
{
    uint64_t old;

    if (!read_checked(entry, &old))
        return false;
    for (;;) {
        uint64_t expected = old;

        if (compare_exchange_checked(entry, &expected,
                                     value | (old & (PTE_A | PTE_D))))
            return true;
        if (expected == old)
            return false;               /* it faulted */
        old = expected;
    }
}

static inline __attribute__((always_inline))
long update_one(uint64_t pointer, uint64_t value)
{
    unsigned command = pointer & COMMAND_MASK;
    uint64_t address = pointer & ~(uint64_t)COMMAND_MASK;

    if (!domain_owns(address_mfn(address)))
        return -XEN_EINVAL;

    uint64_t *entry = direct(address);

    switch (command) {
    case MMU_NORMAL_PT_UPDATE:
    case MMU_PT_UPDATE_NO_TRANSLATE:
        return write_checked(entry, value) ? 0 : -XEN_EINVAL;
    case MMU_PT_UPDATE_PRESERVE_AD:
        return write_keeping_ad(entry, value) ? 0 : -XEN_EINVAL;
    case MMU_MACHPHYS_UPDATE:
        m2p()[address_mfn(address).n] = value;
        return 0;
    }
    return -XEN_ENOSYS;
}

/*
 * Whose pages are meant, and in the upper half whose tables.  As with Xen
 * one can't name oneself by number as the first, nor by DOMID_SELF as the
 * second.
 */
static long check_domains(uint64_t foreigndom)
{
    uint32_t table_owner = (uint32_t)foreigndom >> 16;
    uint16_t page_owner = (uint16_t)foreigndom;

    if (table_owner && table_owner - 1 != domid_own())
        return -XEN_ESRCH;
    return domid_check_page_owner(page_owner);
}

static inline __attribute__((always_inline)) long update_next(uint64_t requests)
{
    mmu_update_t request;

    if (!GUEST_READ(&request, requests))
        return -XEN_EFAULT;
    return update_one(request.ptr, request.val);
}

static __attribute__((noinline))
long update_all(uint64_t requests, uint32_t count, uint64_t done_pointer,
                uint64_t foreigndom)
{
    uint32_t done = 0, answer;
    long result = check_domains(foreigndom);

    if (result)
        return result;
    for (; done < count; done++) {
        result = update_next(requests + done * sizeof(mmu_update_t));
        if (result)
            break;
    }
    answer = done;
    if (done_pointer)
        GUEST_WRITE(done_pointer, &answer);
    return result;
}

HYPERCALL(hypercall_mmu_update)
{
    UNUSED_ARGUMENTS(a5, a6);
    /* By far the most, from page faults: nothing to keep in registers. */
    if ((uint32_t)a2 == 1 && !a3 && a4 == DOMID_SELF)
        return update_next(a1);
    return update_all(a1, (uint32_t)a2 & ~MMU_COUNT_PREEMPTED, a3, a4);
}
