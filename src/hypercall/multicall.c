/* SPDX-License-Identifier: MIT */
#include <hypercall/hypercall.h>

#include <xen/xen.h>

#include <hypercall/argument.h>
#include <hypercall/page_table.h>

/* One within another would use up the stack; Xen refuses it too. */
static bool call_any(uint64_t call, long *result)
{
    multicall_entry_t copy;
    const uint64_t *args = (const uint64_t *)copy.args;

    if (!GUEST_READ(&copy, call))
        return false;
    if (copy.op >= NR_HYPERCALLS)
        *result = -XEN_ENOSYS;
    else if (copy.op == __HYPERVISOR_multicall)
        *result = -XEN_EINVAL;
    else
        *result = hypercall_table[copy.op](args[0], args[1], args[2],
                                           args[3], args[4], args[5]);
    return true;
}

/*
 * What page tables are changed by is called without a copy.  `call` lies in
 * the kernel's half.  False if it can't be read.
 */
static inline __attribute__((always_inline))
bool call_one(const multicall_entry_t *call, long *result)
{
    const uint64_t *args = (const uint64_t *)call->args;
    uint64_t op, a1, a2, a3, a4;

    if (!read_checked((const uint64_t *)&call->op, &op))
        return false;
    if (op != __HYPERVISOR_update_va_mapping
        && op != __HYPERVISOR_mmu_update && op != __HYPERVISOR_mmuext_op)
        return call_any((uint64_t)call, result);
    if (!read_checked(&args[0], &a1) || !read_checked(&args[1], &a2)
        || !read_checked(&args[2], &a3))
        return false;
    if (op == __HYPERVISOR_update_va_mapping) {
        *result = update_va_mapping(a1, a2, a3);
        return true;
    }
    if (!read_checked(&args[3], &a4))
        return false;
    *result = op == __HYPERVISOR_mmu_update
              ? hypercall_mmu_update(a1, a2, a3, a4, 0, 0)
              : hypercall_mmuext_op(a1, a2, a3, a4, 0, 0);
    return true;
}

static long multicall_in_kernel(multicall_entry_t *call,
                                const multicall_entry_t *end)
{
    long result;

    for (; call < end; call++)
        if (!call_one(call, &result)
            || !write_checked((uint64_t *)&call->result, (uint64_t)result))
            return -XEN_EFAULT;
    return 0;
}

HYPERCALL(hypercall_multicall)
{
    uint64_t end = a1 + (uint32_t)a2 * sizeof(multicall_entry_t);

    UNUSED_ARGUMENTS(a3, a4, a5, a6);
    if (is_kernel_array(a1, end))
        return multicall_in_kernel((multicall_entry_t *)a1,
                                   (const multicall_entry_t *)end);
    if (!is_guest_address(a1))
        return -XEN_EFAULT;
    for (; a1 != end; a1 += sizeof(multicall_entry_t)) {
        long result;

        if (!call_any(a1, &result)
            || !GUEST_WRITE(a1 + offsetof(multicall_entry_t, result),
                            &result))
            return -XEN_EFAULT;
    }
    return 0;
}
