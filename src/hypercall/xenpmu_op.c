/* SPDX-License-Identifier: MIT */
#include <hypercall/hypercall.h>

#include <xen/xen.h>
#include <xen/pmu.h>

#include <guest/domain.h>
#include <hypercall/argument.h>
#include <hypercall/xenpmu.h>

#define MODES    (XENPMU_MODE_SELF | XENPMU_MODE_HV | XENPMU_MODE_ALL)
#define FEATURES (XENPMU_FEATURE_INTEL_BTS | XENPMU_FEATURE_IPC_ONLY \
                  | XENPMU_FEATURE_ARCH_ONLY)

/*
 * Kept for who asks: there is no other domain, and nothing of ours to
 * sample, and what the kernel counts is between it and the CPU.
 */
static uint64_t mode = XENPMU_MODE_SELF, restrictions;

static bool is_vcpus_own(uint32_t op)
{
    return op == XENPMU_init || op == XENPMU_finish || op == XENPMU_lvtpc_set
           || op == XENPMU_flush;
}

static bool has_parameters(uint32_t op)
{
    return op == XENPMU_init || op == XENPMU_finish || op == XENPMU_mode_set
           || op == XENPMU_feature_set;
}

static long mode_get(uint64_t argument)
{
    struct xen_pmu_params params = {
        .version = { XENPMU_VER_MAJ, XENPMU_VER_MIN }, .val = mode,
    };

    return GUEST_WRITE(argument, &params) ? 0 : -XEN_EFAULT;
}

static long mode_set(uint64_t value)
{
    if (value & ~(uint64_t)MODES || (value & (value - 1)))
        return -XEN_EINVAL;
    mode = value;
    return 0;
}

static long feature_get(uint64_t argument)
{
    return GUEST_WRITE(argument + offsetof(struct xen_pmu_params, val),
                       &restrictions) ? 0 : -XEN_EFAULT;
}

static long feature_set(uint64_t value)
{
    if (value & ~(uint64_t)FEATURES)
        return -XEN_EINVAL;
    restrictions = value;
    return 0;
}

static long init(const struct xen_pmu_params *params)
{
    if (params->vcpu >= domain.nr_vcpus || !domain_owns(MFN(params->val)))
        return -XEN_EINVAL;
    return xenpmu_attach(cpu_of(params->vcpu), MFN(params->val));
}

static long finish(const struct xen_pmu_params *params)
{
    if (params->vcpu < domain.nr_vcpus)
        xenpmu_detach(cpu_of(params->vcpu));
    return 0;
}

static long xenpmu_op(uint32_t op, const struct xen_pmu_params *params,
                      uint64_t argument)
{
    switch (op) {
    case XENPMU_mode_get:
        return mode_get(argument);
    case XENPMU_mode_set:
        return mode_set(params->val);
    case XENPMU_feature_get:
        return feature_get(argument);
    case XENPMU_feature_set:
        return feature_set(params->val);
    case XENPMU_init:
        return init(params);
    case XENPMU_finish:
        return finish(params);
    case XENPMU_lvtpc_set:
        return xenpmu_set_lvtpc();
    case XENPMU_flush:
        return xenpmu_flush();
    default:
        return -XEN_EINVAL;
    }
}

HYPERCALL(hypercall_xenpmu_op)
{
    struct xen_pmu_params params = { .val = 0 };
    uint32_t op = (uint32_t)a1;

    UNUSED_ARGUMENTS(a3, a4, a5, a6);
    if (!xenpmu_is_on())
        return -XEN_EOPNOTSUPP;
    if (!is_vcpus_own(op) && !domain.initial)
        return -XEN_EPERM;
    if (has_parameters(op)) {
        if (!GUEST_READ(&params, a2))
            return -XEN_EFAULT;
        if (params.version.maj != XENPMU_VER_MAJ)
            return -XEN_EINVAL;
    }
    return xenpmu_op(op, &params, a2);
}
