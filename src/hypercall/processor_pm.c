/* SPDX-License-Identifier: MIT */
#include <hypercall/processor_pm.h>

#include <assert.h>
#include <xen/xen.h>
#include <xen/platform.h>

#include <guest/domain.h>
#include <hypercall/argument.h>

/* Intel Processor Vendor-Specific ACPI, table 2: what the OS can do. */
#define PDC_REVISION    1
#define PDC_T_FFH       0x04
#define PDC_T_SWCOORD   0x80

#define ALL_CPUS        UINT32_MAX

static bool is_cpu(uint32_t acpi_id)
{
    return acpi_id < domain.nr_vcpus;
}

static bool is_readable(const void *array, uint32_t count, size_t size)
{
    uint8_t element[sizeof(struct xen_processor_px)];

    for (uint32_t i = 0; i < count; i++)
        if (!copy_from_guest(element, (uint64_t)array + i * size, size))
            return false;
    return true;
}

static_assert(sizeof(struct xen_processor_cx)
              <= sizeof(struct xen_processor_px), "room for an element");

static long set_c_states(uint32_t cpu, const struct xen_processor_power *op)
{
    if (!is_guest_address((uint64_t)op->states.p))
        return -XEN_EFAULT;
    if (!is_cpu(cpu))
        return -XEN_EINVAL;
    return is_readable(op->states.p, op->count, sizeof *op->states.p)
           ? 0 : -XEN_EFAULT;
}

static long set_p_states(uint32_t cpu,
                         const struct xen_processor_performance *op)
{
    if (!is_cpu(cpu))
        return -XEN_EINVAL;
    if ((op->flags & XEN_PX_PCT)
        && op->control_register.space_id != op->status_register.space_id)
        return -XEN_EINVAL;
    if ((op->flags & XEN_PX_PSS) && op->state_count <= 1)
        return -XEN_EINVAL;
    if ((op->flags & XEN_PX_PSS)
        && !is_readable(op->states.p, op->state_count,
                        sizeof *op->states.p))
        return -XEN_EFAULT;
    if ((op->flags & XEN_PX_PSD)
        && (op->shared_type < XEN_CPUPERF_SHARED_TYPE_HW
            || op->shared_type > XEN_CPUPERF_SHARED_TYPE_ANY))
        return -XEN_EINVAL;
    return 0;
}

/* Of what firmware might expect here, only throttling is the kernel's. */
static long set_pdc_bits(uint32_t cpu, uint64_t place)
{
    uint32_t pdc[3];

    if (!GUEST_READ(&pdc, place))
        return -XEN_EFAULT;
    if (pdc[0] != PDC_REVISION || !pdc[1])
        return -XEN_EINVAL;
    if (cpu != ALL_CPUS && !is_cpu(cpu))
        return -XEN_EINVAL;
    pdc[2] &= PDC_T_FFH | PDC_T_SWCOORD;
    return GUEST_WRITE(place, &pdc) ? 0 : -XEN_EFAULT;
}

long processor_pm_set(const struct xenpf_set_processor_pminfo *op)
{
    switch (op->type) {
    case XEN_PM_CX:
        return set_c_states(op->id, &op->u.power);
    case XEN_PM_PX:
        return set_p_states(op->id, &op->u.perf);
    case XEN_PM_TX:
        return -XEN_ENOSYS;             /* as Xen by default */
    case XEN_PM_PDC:
        return set_pdc_bits(op->id, (uint64_t)op->u.pdc.p);
    default:
        return -XEN_EINVAL;
    }
}
