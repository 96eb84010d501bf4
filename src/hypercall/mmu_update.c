/* SPDX-License-Identifier: MIT */
#include <hypercall/hypercall.h>

#include <xen/xen.h>

#include <guest/domain.h>
#include <hypercall/domid.h>
#include <hypercall/page_table.h>
#include <lib/guest_access.h>
#include <lib/round.h>
#include <machine/paging.h>
#include <machine/x86.h>

#define COMMAND_MASK 7

/* Bits of a difference of addresses that aren't entries of one table. */
#define ENTRY_OUTSIDE (~(uint64_t)(PAGE_SIZE - sizeof(uint64_t)))

/* Keep the Accessed and Dirty bits that hardware may set meanwhile. */
static inline __attribute__((always_inline))
bool write_keeping_ad(uint64_t *entry, uint64_t value)
{
    uint64_t old;

again:
    if (!read_checked(entry, &old))
        return false;
    COMPARE_EXCHANGE_CHECKED(entry, old, value | (old & (PTE_A | PTE_D)),
                             again, fault);
    return true;
fault:
    return false;
}

/* As the hot path in hot_mmu_update.S does. */
static void remember_table(uint64_t address)
{
    struct cpu *cpu = this_cpu();

    cpu->table = round_down(address, PAGE_SIZE);
    cpu->table_direct = (uint64_t)direct(cpu->table);
}

static long update_one(uint64_t pointer, uint64_t value)
{
    unsigned command = pointer & COMMAND_MASK;
    uint64_t address = pointer & ~(uint64_t)COMMAND_MASK;

    if (!domain_owns(address_mfn(address)))
        return -XEN_EINVAL;

    uint64_t *entry = direct(address);

    remember_table(address);
    switch (command) {
    case MMU_NORMAL_PT_UPDATE:
    case MMU_PT_UPDATE_NO_TRANSLATE:
        return write_checked(entry, value) ? 0 : -XEN_EINVAL;
    case MMU_PT_UPDATE_PRESERVE_AD:
        return write_keeping_ad(entry, value) ? 0 : -XEN_EINVAL;
    case MMU_MACHPHYS_UPDATE:
        m2p()[address_mfn(address).n] = value;
        if (value == M2P_INVALID)
            page_table_forget_on_all();
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

static long update_next(uint64_t requests)
{
    mmu_update_t request;

    if (!GUEST_READ(&request, requests))
        return -XEN_EFAULT;
    return update_one(request.ptr, request.val);
}

/*
 * Those of [next, end) that mean entries of the table that was written last
 * and have this command, MMU_NORMAL_PT_UPDATE or _PRESERVE_AD; until one
 * doesn't.  Where it stopped.
 */
static inline __attribute__((always_inline))
const mmu_update_t *update_table(const mmu_update_t *next,
                                 const mmu_update_t *end, uint64_t command)
{
    uint64_t first = this_cpu()->table | command;
    uint64_t entries = this_cpu()->table_direct;
    uint64_t pointer, value;

#pragma GCC unroll 4
    for (; next < end; next++) {
        if (!read_checked(&next->ptr, &pointer)
            || !read_checked(&next->val, &value)
            || ((pointer - first) & ENTRY_OUTSIDE))
            break;

        uint64_t *entry = (uint64_t *)(entries + (pointer - first));

        if (!(command == MMU_NORMAL_PT_UPDATE
              ? write_checked(entry, value) : write_keeping_ad(entry, value)))
            break;
    }
    return next;
}

/* Until one can't be done: which, and *result. */
static const mmu_update_t *update_array(const mmu_update_t *next,
                                        const mmu_update_t *end,
                                        long *result)
{
    bool in_kernel = is_kernel_array((uint64_t)next, (uint64_t)end);

    for (;; next++) {
        if (in_kernel) {
            next = update_table(next, end, MMU_NORMAL_PT_UPDATE);
            next = update_table(next, end, MMU_PT_UPDATE_PRESERVE_AD);
        }
        *result = next == end ? 0 : update_next((uint64_t)next);
        if (next == end || *result)
            return next;
    }
}

HYPERCALL(hypercall_mmu_update)
{
    const mmu_update_t *requests = (const mmu_update_t *)a1;
    uint32_t count = (uint32_t)a2 & ~MMU_COUNT_PREEMPTED;
    long result = a4 == DOMID_SELF ? 0 : check_domains(a4);

    UNUSED_ARGUMENTS(a5, a6);
    if (result)
        return result;

    const mmu_update_t *stop = update_array(requests, requests + count,
                                            &result);
    uint32_t done = (uint32_t)(stop - requests);

    if (a3)
        GUEST_WRITE(a3, &done);
    return result;
}
