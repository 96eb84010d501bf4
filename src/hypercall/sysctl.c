/* SPDX-License-Identifier: MIT */
/*
 * What the control tools ask about the machine (public/sysctl.h).  They ask
 * only: whatever would control it is not there.
 */
#include <hypercall/hypercall.h>

#include <guest/domain.h>
#include <hypercall/control.h>
#include <hypercall/pci_devices.h>
#include <lib/console.h>
#include <lib/guest_access.h>
#include <machine/smp.h>
#include <machine/time.h>
#include <machine/topology.h>
#include <machine/x86.h>

#define KEPT_AT_ONCE 128
#define DEVICES_AT_ONCE 64      /* the tools ask for the others anew */
#define LOCAL_DISTANCE 10       /* ACPI's, of a node to itself */

static long read_log(struct xen_sysctl_readconsole *op)
{
    uint64_t to = (uint64_t)op->buffer.p;
    uint32_t position = op->incremental ? op->index : 0;
    uint32_t done = 0;
    char text[KEPT_AT_ONCE];
    size_t length;

    do {
        size_t room = op->count - done;

        console_lock();
        length = console_log_read(&position, text,
                                  room < sizeof text ? room : sizeof text);
        console_unlock();
        if (!copy_to_guest(to + done, text, length))
            return -XEN_EFAULT;
        done += (uint32_t)length;
    } while (length);
    if (op->clear) {
        console_lock();
        console_log_clear(position);
        console_unlock();
    }
    op->count = done;
    op->index = position;
    return 0;
}

/* The first words of Xen's featureset, as hardware has them. */
static void capabilities(uint32_t words[static 8])
{
    words[0] = cpuid(1, 0).edx;
    words[1] = cpuid(1, 0).ecx;
    words[2] = cpuid(0x80000001, 0).edx;
    words[3] = cpuid(0x80000001, 0).ecx;
    words[4] = cpuid_or_zeros(0xd, 1).eax;
    words[5] = cpuid_or_zeros(7, 0).ebx;
    words[6] = cpuid_or_zeros(7, 0).ecx;
    words[7] = cpuid_or_zeros(0x80000007, 0).edx;
}

static long physinfo(struct xen_sysctl_physinfo *info)
{
    *info = (struct xen_sysctl_physinfo) {
        .threads_per_core = topology_threads_per_core(),
        .cores_per_socket = topology_cores_per_socket(),
        .nr_cpus = smp.nr_cpus,
        .max_cpu_id = smp.nr_cpus - 1,
        .nr_nodes = 1,
        .cpu_khz = (uint32_t)time_tsc_khz(),
        .capabilities = XEN_SYSCTL_PHYSCAP_pv,
        .total_pages = domain.nr_pages,
        .max_mfn = domain.max_mfn - 1,
    };
    capabilities(info->hw_cap);
    return 0;
}

static long list_domains(struct xen_sysctl_getdomaininfolist *list)
{
    struct xen_domctl_getdomaininfo info;

    list->num_domains = 0;
    domain_describe(&info);
    if (list->first_domain > info.domain || !list->max_domains)
        return 0;
    list->num_domains = 1;
    return GUEST_WRITE((uint64_t)list->buffer.p, &info) ? 0 : -XEN_EFAULT;
}

static long cpu_topology(struct xen_sysctl_cputopoinfo *info)
{
    uint64_t to = (uint64_t)info->cputopo.p;
    unsigned count = smp.nr_cpus;

    if (to && info->num_cpus < count)
        count = info->num_cpus;
    info->num_cpus = count;
    for (unsigned i = 0; to && i < count; i++) {
        struct xen_sysctl_cputopo cpu = {
            .core = topology_core(i), .socket = topology_socket(i),
        };

        if (!GUEST_WRITE(to + i * sizeof cpu, &cpu))
            return -XEN_EFAULT;
    }
    return 0;
}

static long pci_topology(struct xen_sysctl_pcitopoinfo *info)
{
    uint64_t devices = (uint64_t)info->devs.p;
    uint64_t nodes = (uint64_t)info->nodes.p;

    if (!devices || !nodes)
        return -XEN_EINVAL;
    if (info->num_devs > DEVICES_AT_ONCE)
        info->num_devs = DEVICES_AT_ONCE;
    for (uint32_t i = 0; i < info->num_devs; i++) {
        physdev_pci_device_t named;
        struct pci_device physical;
        uint32_t node = XEN_INVALID_DEV;

        if (!GUEST_READ(&named, devices + i * sizeof named))
            return -XEN_EFAULT;
        if (pci_device_known((struct pci_device) {
                .segment = named.seg, .bus = named.bus,
                .devfn = named.devfn }, &physical))
            node = 0;
        if (!GUEST_WRITE(nodes + i * sizeof node, &node))
            return -XEN_EFAULT;
    }
    return 0;
}

/* All is one node, as with Xen's numa=off. */
static long numa(struct xen_sysctl_numainfo *info)
{
    uint64_t memory = (uint64_t)info->meminfo.p;
    uint64_t distances = (uint64_t)info->distance.p;
    xen_sysctl_meminfo_t node = {
        .memsize = domain.nr_pages << PAGE_SHIFT,
    };
    uint32_t distance = LOCAL_DISTANCE;

    if ((memory || distances) && !info->num_nodes)
        return 0;
    info->num_nodes = 1;
    if ((memory && !GUEST_WRITE(memory, &node))
        || (distances && !GUEST_WRITE(distances, &distance)))
        return -XEN_EFAULT;
    return 0;
}

/* There is one, which has all CPUs. */
static long cpu_pool(struct xen_sysctl_cpupool_op *op)
{
    static const struct cpu_set none;

    switch (op->op) {
    case XEN_SYSCTL_CPUPOOL_OP_INFO:
        if (op->cpupool_id && op->cpupool_id != XEN_SYSCTL_CPUPOOL_PAR_ANY)
            return -XEN_ENOENT;
        op->cpupool_id = 0;
        op->sched_id = XEN_SCHEDULER_NULL;
        op->n_dom = 1;
        return cpu_set_to_guest(&op->cpumap, &smp.online);
    case XEN_SYSCTL_CPUPOOL_OP_FREEINFO:
        return cpu_set_to_guest(&op->cpumap, &none);
    default:
        return -XEN_ENOSYS;
    }
}

static long perform(struct xen_sysctl *op)
{
    switch (op->cmd) {
    case XEN_SYSCTL_readconsole:
        return read_log(&op->u.readconsole);
    case XEN_SYSCTL_physinfo:
        return physinfo(&op->u.physinfo);
    case XEN_SYSCTL_sched_id:
        op->u.sched_id.sched_id = XEN_SCHEDULER_NULL;
        return 0;
    case XEN_SYSCTL_getdomaininfolist:
        return list_domains(&op->u.getdomaininfolist);
    case XEN_SYSCTL_availheap:
        op->u.availheap.avail_bytes = 0;        /* the kernel has it all */
        return 0;
    case XEN_SYSCTL_cputopoinfo:
        return cpu_topology(&op->u.cputopoinfo);
    case XEN_SYSCTL_pcitopoinfo:
        return pci_topology(&op->u.pcitopoinfo);
    case XEN_SYSCTL_numainfo:
        return numa(&op->u.numainfo);
    case XEN_SYSCTL_cpupool_op:
        return cpu_pool(&op->u.cpupool_op);
    default:
        return -XEN_ENOSYS;
    }
}

HYPERCALL(hypercall_sysctl)
{
    struct xen_sysctl op;
    long result;

    UNUSED_ARGUMENTS(a2, a3, a4, a5, a6);
    if (!GUEST_READ(&op, a1))
        return -XEN_EFAULT;
    if (op.interface_version != XEN_SYSCTL_INTERFACE_VERSION)
        return -XEN_EACCES;
    if (!domain.initial)
        return -XEN_EPERM;
    result = perform(&op);
    return result || GUEST_WRITE(a1, &op) ? result : -XEN_EFAULT;
}
