/* SPDX-License-Identifier: MIT */
#include <hypercall/hypercall.h>

#include <xen/xen.h>

#include <hypercall/argument.h>
#include <lib/guest_access.h>

/* As Xen's structure has them. */
struct call {
    uint64_t op;
    long result;
    uint64_t args[6];
};

static_assert(sizeof(struct call) == sizeof(multicall_entry_t)
              && offsetof(struct call, result)
                 == offsetof(multicall_entry_t, result)
              && offsetof(struct call, args)
                 == offsetof(multicall_entry_t, args), "public/xen.h");

/* One within another would use up the stack; Xen refuses it too. */
static inline long call_one(uint64_t op, const uint64_t *args)
{
    if (op >= NR_HYPERCALLS)
        return -XEN_ENOSYS;
    if (op == __HYPERVISOR_multicall)
        return -XEN_EINVAL;
    return hypercall_table[op](args[0], args[1], args[2], args[3], args[4],
                               args[5]);
}

/* False: it can't be read, or its result can't be written. */
static bool call_in_kernel(struct call *call)
{
    uint64_t op, args[6];

    if (!read_checked(&call->op, &op))
        return false;
#pragma GCC unroll 6
    for (unsigned i = 0; i < 6; i++)
        if (!read_checked(&call->args[i], &args[i]))
            return false;
    return write_checked((uint64_t *)&call->result,
                         (uint64_t)call_one(op, args));
}

static __attribute__((noinline))
long multicall_in_kernel(uint64_t next, uint64_t end)
{
    while (next != end) {
        if (!call_in_kernel((struct call *)next))
            return -XEN_EFAULT;
        next += sizeof(struct call);
    }
    return 0;
}

static __attribute__((noinline))
long multicall_anywhere(uint64_t next, uint64_t end)
{
    if (!is_guest_address(next))
        return -XEN_EFAULT;
    for (; next != end; next += sizeof(struct call)) {
        struct call call;

        if (!GUEST_READ(&call, next))
            return -XEN_EFAULT;
        call.result = call_one(call.op, call.args);
        if (!GUEST_WRITE(next + offsetof(struct call, result),
                         &call.result))
            return -XEN_EFAULT;
    }
    return 0;
}

HYPERCALL(hypercall_multicall)
{
    uint64_t end = a1 + (uint32_t)a2 * sizeof(struct call);

    UNUSED_ARGUMENTS(a3, a4, a5, a6);
    return is_kernel_array(a1, end) ? multicall_in_kernel(a1, end)
                                    : multicall_anywhere(a1, end);
}
