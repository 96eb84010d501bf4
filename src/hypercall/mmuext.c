/* SPDX-License-Identifier: MIT */
#include <hypercall/hypercall.h>

#include <xen/xen.h>

#include <guest/domain.h>
#include <hypercall/argument.h>
#include <hypercall/domid.h>
#include <hypercall/page_table.h>
#include <lib/string.h>
#include <machine/cpu.h>
#include <machine/paging.h>
#include <machine/tlb.h>
#include <machine/x86.h>

#define LDT_ENTRIES_MAX 8192

static __attribute__((noinline)) void write_answer(uint64_t to, uint32_t done)
{
    GUEST_WRITE(to, &done);
}

static long new_baseptr(mfn_t l4)
{
    if (!domain_owns(l4))
        return -XEN_EINVAL;
    paging_install(direct_mfn(l4));
    write_cr3(mfn_address(l4));
    return 0;
}

static long set_ldt(uint64_t base, uint32_t entries)
{
    if (!entries)
        base = 0;
    if ((base & (PAGE_SIZE - 1)) || entries > LDT_ENTRIES_MAX
        || !is_guest_address(base))
        return -XEN_EINVAL;
    cpu_set_ldt(this_cpu(), base, entries);
    return 0;
}

static long clear_page(mfn_t mfn)
{
    if (!domain_owns(mfn))
        return -XEN_EINVAL;
    memset(direct_mfn(mfn), 0, PAGE_SIZE);
    return 0;
}

static long copy_page(mfn_t to, mfn_t from)
{
    if (!domain_owns(to) || !domain_owns(from))
        return -XEN_EINVAL;
    memcpy(direct_mfn(to), direct_mfn(from), PAGE_SIZE);
    return 0;
}

static bool is_one_page(unsigned command)
{
    return command == MMUEXT_INVLPG_LOCAL || command == MMUEXT_INVLPG_MULTI
           || command == MMUEXT_INVLPG_ALL;
}

static __attribute__((noinline))
long flush(uint32_t command, uint64_t address, uint64_t mask)
{
    uint64_t page = is_one_page(command) ? address : TLB_ALL;
    struct cpu_set cpus;

    switch (command) {
    case MMUEXT_TLB_FLUSH_LOCAL:
    case MMUEXT_INVLPG_LOCAL:
        tlb_flush(page);
        return 0;
    case MMUEXT_TLB_FLUSH_ALL:
    case MMUEXT_INVLPG_ALL:
        vcpu_mask_all(&cpus);
        break;
    default:
        if (!vcpu_mask_read(&cpus, mask))
            return -XEN_EINVAL;
    }
    /* Linux' flush_tlb_multi, for tables of programs: its own translations,
     * the global ones, it flushes itself. */
    if (command == MMUEXT_TLB_FLUSH_MULTI)
        page = TLB_NOT_GLOBAL;
    tlb_flush_on(&cpus, page);
    return 0;
}

static __attribute__((noinline))
long mmuext_other(uint32_t command, uint64_t arg1, uint64_t arg2)
{
    switch (command) {
    case MMUEXT_FLUSH_CACHE:
    case MMUEXT_FLUSH_CACHE_GLOBAL:
        __asm__ volatile ("wbinvd" : : : "memory");
        return 0;
    case MMUEXT_SET_LDT:
        return set_ldt(arg1, (uint32_t)arg2);
    case MMUEXT_CLEAR_PAGE:
        return clear_page(MFN(arg1));
    case MMUEXT_COPY_PAGE:
        return copy_page(MFN(arg1), MFN(arg2));
    case MMUEXT_MARK_SUPER:
    case MMUEXT_UNMARK_SUPER:
        return -XEN_EOPNOTSUPP;
    default:
        return -XEN_ENOSYS;
    }
}

static inline long mmuext_one(uint32_t command, uint64_t arg1, uint64_t arg2)
{
    mfn_t mfn = MFN(arg1);

    switch (command) {
    case MMUEXT_PIN_L1_TABLE:
    case MMUEXT_PIN_L2_TABLE:
    case MMUEXT_PIN_L3_TABLE:
    case MMUEXT_PIN_L4_TABLE:
    case MMUEXT_UNPIN_TABLE:
        if (!domain_owns(mfn))
            return -XEN_EINVAL;
        /* Every L4 that is loaded needs our slots; here it mostly begins. */
        if (command == MMUEXT_PIN_L4_TABLE)
            paging_install(direct_mfn(mfn));
        return 0;
    case MMUEXT_NEW_BASEPTR:
        return new_baseptr(mfn);
    case MMUEXT_NEW_USER_BASEPTR:
        if (mfn.n && !domain_owns(mfn))
            return -XEN_EINVAL;
        this_cpu()->user_l4 = mfn;
        return 0;
    case MMUEXT_TLB_FLUSH_LOCAL:
    case MMUEXT_INVLPG_LOCAL:
    case MMUEXT_TLB_FLUSH_MULTI:
    case MMUEXT_INVLPG_MULTI:
    case MMUEXT_TLB_FLUSH_ALL:
    case MMUEXT_INVLPG_ALL:
        return flush(command, arg1, arg2);
    default:
        return mmuext_other(command, arg1, arg2);
    }
}

/* As Xen's structure has them. */
struct operation {
    uint64_t command, arg1, arg2;
};

static_assert(sizeof(struct operation) == sizeof(struct mmuext_op)
              && offsetof(struct mmuext_op, arg1)
                 == offsetof(struct operation, arg1)
              && offsetof(struct mmuext_op, arg2)
                 == offsetof(struct operation, arg2), "public/xen.h");

HYPERCALL(hypercall_mmuext_op)
{
    uint32_t count = (uint32_t)a2 & ~MMU_COUNT_PREEMPTED;
    uint32_t done = 0;
    long result = 0;

    UNUSED_ARGUMENTS(a5, a6);
    if ((uint16_t)a4 != DOMID_SELF)
        return domid_check_page_owner((uint16_t)a4) ? -XEN_ESRCH
                                                    : -XEN_EPERM;
    for (; done < count; done++, a1 += sizeof(struct operation)) {
        struct operation op;

        if (!GUEST_READ(&op, a1)) {
            result = -XEN_EFAULT;
            break;
        }
        result = mmuext_one((uint32_t)op.command, op.arg1, op.arg2);
        if (result)
            break;
    }
    if (a3)
        write_answer(a3, done);
    return result;
}
