/* SPDX-License-Identifier: MIT */
/*
 * XENMEM_exchange: how a PV kernel gets memory that is contiguous in the
 * machine, or low enough for a device.  Machine and pseudo-physical frames
 * being equal, what is contiguous for the kernel is so already: it gets
 * the frames back that it gave, if they lie below the limit.  If not, they
 * are traded for frames of the pool, until the kernel returns those.
 */
#include <xen/xen.h>
#include <xen/errno.h>
#include <xen/memory.h>

#include <guest/domain.h>
#include <hypercall/argument.h>
#include <hypercall/domid.h>
#include <hypercall/exchange.h>
#include <hypercall/exchange_pool.h>
#include <hypercall/page_table.h>
#include <lib/spinlock.h>

#define ORDER_MAX 18                    /* 1 GiB */

static bool read_mfn(const struct xen_memory_reservation *from, uint64_t i,
                     uint64_t *mfn)
{
    return GUEST_READ(mfn, (uint64_t)from->extent_start.p
                           + i * sizeof *mfn);
}

/* Frame number i of all that is given in. */
static bool frame_in(const struct xen_memory_reservation *in, uint64_t i,
                     uint64_t *mfn)
{
    if (!read_mfn(in, i >> in->extent_order, mfn))
        return false;
    *mfn += i & ((1ull << in->extent_order) - 1);
    return true;
}

/* One extent that goes out, and the frames that come in for it. */
struct extent {
    const struct xen_memory_reservation *in;
    uint64_t offset;            /* of its first frame among all that come */
    uint64_t frames;
    unsigned bits;              /* of an address that the kernel can use */
    uint64_t pfn;               /* where the kernel wants it */
};

static bool is_below(uint64_t mfn, unsigned bits)
{
    return bits >= 64 || !(mfn << 12 >> bits);
}

/*
 * Look at all that comes in: 0 and the first frame, *run: they are adjacent
 * and low enough, *traded: all of them are the pool's.
 */
static long look_at(const struct extent *extent, uint64_t *first, bool *run,
                    bool *traded)
{
    *run = *traded = true;
    for (uint64_t i = 0; i < extent->frames; i++) {
        uint64_t mfn;

        if (!frame_in(extent->in, extent->offset + i, &mfn))
            return -XEN_EFAULT;
        if (!domain_owns(MFN(mfn)))
            return -XEN_EINVAL;
        if (i == 0)
            *first = mfn;
        *run = *run && mfn == *first + i && is_below(mfn, extent->bits);
        *traded = *traded && exchange_pool_has(MFN(mfn));
    }
    return 0;
}

/* The kernel's frame `old` is `new` from now on. */
static void replace(uint64_t old, uint64_t new, uint64_t pfn)
{
    m2p()[old] = M2P_INVALID;
    m2p()[new] = pfn;
    page_table_forget_on_all();
}

static void undo_trade(const struct extent *extent, uint64_t *first)
{
    uint64_t pool = *first;

    *first = exchange_pool_undo(MFN(pool)).n;
    replace(pool, *first, extent->pfn);
}

static long trade(const struct extent *extent, uint64_t *first)
{
    mfn_t pool = exchange_pool_find(extent->frames, extent->bits);

    if (pool.n == UINT64_MAX)
        return -XEN_ENOMEM;
    for (uint64_t i = 0; i < extent->frames; i++) {
        uint64_t mfn;

        if (!frame_in(extent->in, extent->offset + i, &mfn))
            return -XEN_EFAULT;
        replace(mfn, pool.n + i, extent->pfn + i);
        if (exchange_pool_has(MFN(mfn)))
            mfn = exchange_pool_undo(MFN(mfn)).n;
        exchange_pool_trade(MFN(pool.n + i), MFN(mfn));
    }
    *first = pool.n;
    return 0;
}

/* The kernel's pfn comes in, the frame goes out. */
static long one_extent(const struct xen_memory_exchange *exchange,
                       uint64_t number)
{
    const struct xen_memory_reservation *out = &exchange->out;
    uint64_t place = (uint64_t)out->extent_start.p
                     + number * sizeof(uint64_t);
    unsigned bits = XENMEMF_get_address_bits(out->mem_flags);
    struct extent extent = {
        .in = &exchange->in,
        .frames = 1ull << out->extent_order,
        .offset = number << out->extent_order,
        .bits = bits ? bits : 64,
    };
    uint64_t first;
    bool run, traded;
    long error = look_at(&extent, &first, &run, &traded);

    if (error)
        return error;
    if (!GUEST_READ(&extent.pfn, place))
        return -XEN_EFAULT;
    /* What single frames were traded for needn't be adjacent. */
    if (traded && !bits && extent.frames == 1)
        undo_trade(&extent, &first);
    else if (!run)
        error = trade(&extent, &first);
    else
        for (uint64_t i = 0; i < extent.frames; i++)
            m2p()[first + i] = extent.pfn + i;
    if (error)
        return error;
    return GUEST_WRITE(place, &first) ? 0 : -XEN_EFAULT;
}

long memory_exchange(uint64_t argument)
{
    static struct spinlock lock;
    struct xen_memory_exchange exchange;
    uint64_t done = 0;
    long result = 0;

    if (!GUEST_READ(&exchange, argument))
        return -XEN_EFAULT;
    if (exchange.in.extent_order > ORDER_MAX
        || exchange.out.extent_order > ORDER_MAX)
        return -XEN_EPERM;
    if (exchange.in.domid != exchange.out.domid
        || exchange.nr_exchanged > exchange.in.nr_extents
        || UINT64_MAX >> exchange.in.extent_order < exchange.in.nr_extents
        || exchange.in.nr_extents << exchange.in.extent_order
           != exchange.out.nr_extents << exchange.out.extent_order)
        return -XEN_EINVAL;
    if (!domid_is_self(exchange.in.domid))
        return -XEN_ESRCH;

    while (done < exchange.out.nr_extents && !result) {
        spin_lock(&lock);
        result = one_extent(&exchange, done);
        spin_unlock(&lock);
        done += !result;
    }
    exchange.nr_exchanged = done << exchange.out.extent_order
                            >> exchange.in.extent_order;
    if (!copy_to_guest(argument
                       + offsetof(struct xen_memory_exchange, nr_exchanged),
                       &exchange.nr_exchanged, sizeof exchange.nr_exchanged))
        return -XEN_EFAULT;
    return result;
}
