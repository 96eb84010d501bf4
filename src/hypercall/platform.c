/* SPDX-License-Identifier: MIT */
/* The initial domain's platform operations (public/platform.h). */
#include <hypercall/hypercall.h>

#include <xen/xen.h>
#include <xen/platform.h>

#include <guest/domain.h>
#include <hypercall/efi.h>
#include <hypercall/firmware_info.h>
#include <hypercall/p2m_check.h>
#include <hypercall/processor_pm.h>
#include <hypercall/sleep.h>
#include <hypercall/wallclock.h>
#include <lib/console.h>
#include <lib/guest_access.h>
#include <lib/spinlock.h>
#include <lib/string.h>
#include <machine/power.h>
#include <machine/smp.h>
#include <machine/x86.h>

#define SLEEP_S5 5

void sleep_power_off(void)
{
    power_off();
}

static long set_time(const struct xen_platform_op *op)
{
    const struct xenpf_settime64 *t = &op->u.settime64;

    if (t->mbz)
        return -XEN_EINVAL;
    wallclock_set(t->secs * 1000000000ull + t->nsecs - t->system_time);
    return 0;
}

static long set_time32(const struct xen_platform_op *op)
{
    const struct xenpf_settime32 *t = &op->u.settime32;

    wallclock_set(t->secs * 1000000000ull + t->nsecs - t->system_time);
    return 0;
}

static long enter_sleep(const struct xen_platform_op *op)
{
    const struct xenpf_enter_acpi_sleep *sleep = &op->u.enter_acpi_sleep;

    if (sleep->flags & XENPF_ACPI_SLEEP_EXTENDED)
        return -XEN_EPERM;              /* as without such registers */
    if (sleep->flags || sleep->sleep_state == 0
        || sleep->sleep_state > SLEEP_S5)
        return -XEN_EINVAL;
    if (sleep->sleep_state != SLEEP_S5)
        return -XEN_EOPNOTSUPP;
    console_set_synchronous(true);
    printk("The kernel enters sleep state S5.\n");
    p2m_check();
    if (!power_enter_sleep(sleep->val_a, sleep->val_b))
        return -XEN_ENODEV;
    return 0;
}

static long get_cpuinfo(struct xen_platform_op *op)
{
    struct xenpf_pcpuinfo *info = &op->u.pcpu_info;

    info->max_present = domain.nr_vcpus - 1;
    if (info->xen_cpuid >= domain.nr_vcpus) {
        info->flags = XEN_PCPU_FLAGS_INVALID;
        return 0;
    }
    info->flags = XEN_PCPU_FLAGS_ONLINE;
    info->apic_id = smp.apic_ids[info->xen_cpuid];
    info->acpi_id = smp.acpi_ids[info->xen_cpuid];
    return 0;
}

static long get_cpu_version(struct xen_platform_op *op)
{
    struct xenpf_pcpu_version *version = &op->u.pcpu_version;
    struct cpuid_leaf vendor = cpuid(0, 0);
    uint32_t signature = cpuid(1, 0).eax;
    uint32_t name[3] = { vendor.ebx, vendor.edx, vendor.ecx };

    version->max_present = domain.nr_vcpus - 1;
    if (version->xen_cpuid >= domain.nr_vcpus) {
        version->family = version->model = version->stepping = 0;
        memset(version->vendor_id, 0, sizeof version->vendor_id);
        return 0;
    }
    for (unsigned i = 0; i < sizeof version->vendor_id; i++)
        version->vendor_id[i] = ((char *)name)[i];
    version->family = signature >> 8 & 15;
    if (version->family == 15)
        version->family += signature >> 20 & 255;
    version->model = (signature >> 4 & 15) | (signature >> 12 & 0xf0);
    version->stepping = signature & 15;
    return 0;
}

static long platform_op(struct xen_platform_op *op)
{
    switch (op->cmd) {
    case XENPF_settime32:
        return set_time32(op);
    case XENPF_settime64:
        return set_time(op);
    case XENPF_enter_acpi_sleep:
        return enter_sleep(op);
    case XENPF_get_cpuinfo:
        return get_cpuinfo(op);
    case XENPF_get_cpu_version:
        return get_cpu_version(op);
    case XENPF_firmware_info:
        return firmware_info(&op->u.firmware_info);
    case XENPF_efi_runtime_call:
        return efi_runtime_call(&op->u.efi_runtime_call);
    case XENPF_set_processor_pminfo:
        return processor_pm_set(&op->u.set_pminfo);
    default:
        return -XEN_ENOSYS;
    }
}

HYPERCALL(hypercall_platform_op)
{
    static struct spinlock lock;        /* as Xen: one at a time */
    struct xen_platform_op op;
    long result;

    UNUSED_ARGUMENTS(a2, a3, a4, a5, a6);
    if (!domain.initial)
        return -XEN_EPERM;
    if (!GUEST_READ(&op, a1))
        return -XEN_EFAULT;
    if (op.interface_version != XENPF_INTERFACE_VERSION)
        return -XEN_EACCES;
    spin_lock(&lock);
    result = platform_op(&op);
    spin_unlock(&lock);
    if (!result && !GUEST_WRITE(a1, &op))
        return -XEN_EFAULT;
    return result;
}
