/* SPDX-License-Identifier: MIT */
#include <hypercall/hypercall.h>

#include <xen/xen.h>

#include <hypercall/argument.h>

/* One within another would use up the stack; Xen refuses it too. */
static long call_one(const multicall_entry_t *call)
{
    if (call->op >= NR_HYPERCALLS)
        return -XEN_ENOSYS;
    if (call->op == __HYPERVISOR_multicall)
        return -XEN_EINVAL;
    return hypercall_table[call->op](call->args[0], call->args[1],
                                     call->args[2], call->args[3],
                                     call->args[4], call->args[5]);
}

HYPERCALL(hypercall_multicall)
{
    uint64_t calls = a1;
    uint32_t nr = (uint32_t)a2;

    UNUSED_ARGUMENTS(a3, a4, a5, a6);
    if (!is_guest_address(calls))
        return -XEN_EFAULT;
    for (uint32_t i = 0; i < nr; i++, calls += sizeof(multicall_entry_t)) {
        multicall_entry_t call;

        if (!GUEST_READ(&call, calls))
            return -XEN_EFAULT;

        call.result = (unsigned long)call_one(&call);
        if (!copy_to_guest(calls + offsetof(multicall_entry_t, result),
                           &call.result, sizeof call.result))
            return -XEN_EFAULT;
    }
    return 0;
}
