/* SPDX-License-Identifier: MIT */
/*
 * What the control tools ask about the domain (public/domctl.h).  There is
 * the one, and nothing of it can be controlled from inside.
 */
#include <hypercall/hypercall.h>

#include <guest/domain.h>
#include <hypercall/control.h>
#include <hypercall/domid.h>
#include <hypercall/vcpu.h>
#include <lib/guest_access.h>
#include <machine/cpu_set.h>

static long describe_vcpu(struct xen_domctl_getvcpuinfo *info)
{
    if (info->vcpu >= domain.nr_vcpus)
        return -XEN_ENOENT;

    const struct cpu *cpu = cpu_of(info->vcpu);

    info->online = !vcpu_is_down(cpu);
    info->blocked = cpu->idle && info->online;
    info->running = info->online && !info->blocked;
    info->cpu_time = vcpu_run_time(cpu);
    info->cpu = info->vcpu;
    return 0;
}

/* Each runs where it is, and nowhere else. */
static long affinity(struct xen_domctl_vcpuaffinity *op)
{
    struct cpu_set own = { 0 };
    long result = 0;

    if (!(op->flags & (XEN_VCPUAFFINITY_HARD | XEN_VCPUAFFINITY_SOFT)))
        return -XEN_EINVAL;
    if (op->vcpu >= domain.nr_vcpus)
        return -XEN_ESRCH;
    cpu_set_add(&own, op->vcpu);
    if (op->flags & XEN_VCPUAFFINITY_HARD)
        result = cpu_set_to_guest(&op->cpumap_hard, &own);
    if (!result && op->flags & XEN_VCPUAFFINITY_SOFT)
        result = cpu_set_to_guest(&op->cpumap_soft, &own);
    return result;
}

static long perform(struct xen_domctl *op)
{
    switch (op->cmd) {
    case XEN_DOMCTL_getdomaininfo:
        domain_describe(&op->u.getdomaininfo);
        op->domain = op->u.getdomaininfo.domain;
        return 0;
    case XEN_DOMCTL_getvcpuinfo:
        return describe_vcpu(&op->u.getvcpuinfo);
    case XEN_DOMCTL_getvcpuaffinity:
        return affinity(&op->u.vcpuaffinity);
    default:
        return -XEN_ENOSYS;
    }
}

HYPERCALL(hypercall_domctl)
{
    struct xen_domctl op;
    long result;

    UNUSED_ARGUMENTS(a2, a3, a4, a5, a6);
    if (!GUEST_READ(&op, a1))
        return -XEN_EFAULT;
    if (op.interface_version != XEN_DOMCTL_INTERFACE_VERSION)
        return -XEN_EACCES;
    if (op.domain != domid_own())
        return -XEN_ESRCH;
    if (!domain.initial)
        return -XEN_EPERM;
    result = perform(&op);
    return result || GUEST_WRITE(a1, &op) ? result : -XEN_EFAULT;
}
