/* SPDX-License-Identifier: MIT */
/*
 * XENMEM_exchange: how a PV kernel gets memory that is contiguous in the
 * machine, or low enough for a device.  Machine and pseudo-physical frames
 * being equal, what is contiguous for the kernel is so already: it gets
 * the frames back that it gave, if they lie below the limit.
 */
#include <xen/xen.h>
#include <xen/errno.h>
#include <xen/memory.h>

#include <guest/domain.h>
#include <hypercall/argument.h>
#include <hypercall/domid.h>
#include <hypercall/exchange.h>

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

/*
 * One extent out: the frames that stand for it in the input must be a run
 * below the limit.  The kernel's pfn comes in, the frame goes out.
 */
static long one_extent(const struct xen_memory_exchange *exchange,
                       uint64_t extent)
{
    const struct xen_memory_reservation *in = &exchange->in;
    const struct xen_memory_reservation *out = &exchange->out;
    uint64_t frames = 1ull << out->extent_order;
    uint64_t place = (uint64_t)out->extent_start.p
                     + extent * sizeof(uint64_t);
    uint64_t first, pfn;

    if (!frame_in(in, extent * frames, &first) || !GUEST_READ(&pfn, place))
        return -XEN_EFAULT;
    for (uint64_t i = 0; i < frames; i++) {
        uint64_t mfn;

        if (!frame_in(in, extent * frames + i, &mfn))
            return -XEN_EFAULT;
        if (!domain_owns(MFN(mfn)))
            return -XEN_EINVAL;
        if (mfn != first + i)
            return -XEN_ENOMEM;
    }

    unsigned bits = XENMEMF_get_address_bits(out->mem_flags);

    if (bits && bits < 64 && (first + frames - 1) << 12 >> bits)
        return -XEN_ENOMEM;
    for (uint64_t i = 0; i < frames; i++)
        m2p()[first + i] = pfn + i;
    return GUEST_WRITE(place, &first) ? 0 : -XEN_EFAULT;
}

long memory_exchange(uint64_t argument)
{
    struct xen_memory_exchange exchange;
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

    for (uint64_t i = 0; i < exchange.out.nr_extents && !result; i++)
        result = one_extent(&exchange, i);
    exchange.nr_exchanged = result ? 0 : exchange.in.nr_extents;
    if (!copy_to_guest(argument
                       + offsetof(struct xen_memory_exchange, nr_exchanged),
                       &exchange.nr_exchanged, sizeof exchange.nr_exchanged))
        return -XEN_EFAULT;
    return result;
}
