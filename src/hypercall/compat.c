/* SPDX-License-Identifier: MIT */
/*
 * Three hypercalls as kernels before Xen 3.0.2 make them.  Two have their
 * command in front of the argument structure.
 */
#include <hypercall/hypercall.h>

#include <xen/xen.h>
#include <xen/event_channel.h>
#include <xen/physdev.h>
#include <xen/sched.h>

#include <hypercall/sleep.h>
#include <lib/guest_access.h>

HYPERCALL(hypercall_sched_op_compat)
{
    switch ((uint32_t)a1) {
    case SCHEDOP_yield:
    case SCHEDOP_block:
        return hypercall_sched_op(a1, 0, a3, a4, a5, a6);
    case SCHEDOP_shutdown:
        return sched_shut_down((unsigned)a2);
    default:
        return -XEN_ENOSYS;
    }
}

HYPERCALL(hypercall_event_channel_op_compat)
{
    struct evtchn_op op;

    UNUSED_ARGUMENTS(a2);
    if (!GUEST_READ(&op, a1))
        return -XEN_EFAULT;
    if (op.cmd > EVTCHNOP_unmask)
        return -XEN_ENOSYS;
    return hypercall_event_channel_op(
        op.cmd, a1 + offsetof(struct evtchn_op, u), a3, a4, a5, a6);
}

/* As Xen, it knows the operations that are newer than itself as well. */
HYPERCALL(hypercall_physdev_op_compat)
{
    struct physdev_op op;

    UNUSED_ARGUMENTS(a2);
    if (!GUEST_READ(&op, a1))
        return -XEN_EFAULT;
    return hypercall_physdev_op(op.cmd, a1 + offsetof(struct physdev_op, u),
                                a3, a4, a5, a6);
}
