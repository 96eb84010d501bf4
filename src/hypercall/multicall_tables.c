/* SPDX-License-Identifier: MIT */
/*
 * What a kernel hands page tables over by, and takes them back, when it
 * forks, executes and exits: nearly all that is in its multicalls.
 */
#include <hypercall/hypercall.h>

#include <stddef.h>

#include <xen/xen.h>

#include <guest/domain.h>
#include <hypercall/page_table.h>
#include <lib/guest_access.h>
#include <machine/tlb.h>

#define MOST_PINS 16            /* in one call */

/* A multicall_entry_t (public/xen.h) as words. */
enum { OP, RESULT, ARGS };

static_assert(!MMUEXT_PIN_L1_TABLE && MMUEXT_UNPIN_TABLE == 4
              && !offsetof(struct mmuext_op, cmd)
              && offsetof(struct mmuext_op, arg1) == sizeof(uint64_t),
              "public/xen.h");
static_assert(offsetof(multicall_entry_t, op) == OP * sizeof(uint64_t)
              && offsetof(multicall_entry_t, result)
                 == RESULT * sizeof(uint64_t)
              && offsetof(multicall_entry_t, args)
                 == ARGS * sizeof(uint64_t), "public/xen.h");

/*
 * The level-2 table that was walked to last.  Kept within one multicall,
 * and no longer than the CPU itself keeps what it walked: until a flush.
 */
struct walked {
    uint64_t virtual;           /* an address that it is for */
    const uint64_t *table;
    uint64_t frame_mask;
};

static inline void forget(struct walked *walked)
{
    walked->virtual = 0;
    walked->table = (const uint64_t *)NO_ADDRESS;
}

static inline bool walk(struct walked *walked, uint64_t virtual,
                        uint64_t **table)
{
    if ((virtual ^ walked->virtual) >> LEVEL_3_SHIFT) {
        walked->table = va_mapping_level_2(virtual);
        if (!walked->table)
            return false;
        walked->virtual = virtual;
    }
    return va_mapping_next(walked->table, virtual, LEVEL_2_SHIFT,
                           walked->frame_mask, table);
}

/* False: something for the hypercall itself. */
static inline bool map_page(const uint64_t *args, struct walked *walked,
                            long *result)
{
    uint64_t virtual, value, flags, *table;
    bool changed;

    if (!read_checked(&args[0], &virtual) || !read_checked(&args[1], &value)
        || !read_checked(&args[2], &flags) || !walk(walked, virtual, &table)
        || !va_mapping_write(table, virtual, value, &changed))
        return false;
    if (changed && (flags & UVMF_FLUSHTYPE_MASK)) {
        if (flags == (UVMF_TLB_FLUSH | UVMF_LOCAL))
            tlb_flush_all_here();
        else
            *result = tlb_flush_uvmf(virtual, flags);
        forget(walked);
    }
    return true;
}

/* Operations of mmuext_op; false: something for the hypercall itself. */
static inline bool pin(const uint64_t *args)
{
    uint64_t op, count, done, whose, command, mfn;

    if (!read_checked(&args[0], &op) || !read_checked(&args[1], &count)
        || !read_checked(&args[2], &done) || !read_checked(&args[3], &whose)
        || (done | (whose ^ DOMID_SELF)) || count - 1 >= MOST_PINS
        || !is_kernel_array(op, op + MOST_PINS * sizeof(struct mmuext_op)))
        return false;
    do {
        if (!read_checked((const uint64_t *)op, &command)
            || (uint32_t)command > MMUEXT_UNPIN_TABLE
            || !read_checked((const uint64_t *)op + 1, &mfn)
            || !mmuext_pin((uint32_t)command, MFN(mfn)))
            return false;
        op += sizeof(struct mmuext_op);
    } while (--count);
    return true;
}

uint64_t multicall_tables(uint64_t next, uint64_t end)
{
    struct walked walked = { .frame_mask = PTE_FRAME };

    __asm__ ("" : "+r" (walked.frame_mask));    /* stays in a register */
    forget(&walked);
    for (; next < end; next += sizeof(multicall_entry_t)) {
        uint64_t *call = (uint64_t *)next, op;
        long result = 0;

        if (!read_checked(&call[OP], &op))
            break;
        if (op == __HYPERVISOR_update_va_mapping) {
            if (!map_page(&call[ARGS], &walked, &result))
                break;
        } else if (op != __HYPERVISOR_mmuext_op || !pin(&call[ARGS])) {
            break;
        }
        if (!write_checked(&call[RESULT], (uint64_t)result))
            break;
    }
    return next;
}
