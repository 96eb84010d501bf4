/* SPDX-License-Identifier: MIT */
#include <hypercall/hypercall.h>

#include <xen/xen.h>
#include <xen/memory.h>

#include <guest/domain.h>
#include <hypercall/argument.h>
#include <hypercall/domid.h>
#include <hypercall/exchange.h>
#include <hypercall/memory.h>
#include <hypercall/outside.h>
#include <lib/string.h>
#include <machine/paging.h>

/* The ABI's E820 entry; in Xen it is private to the tools. */
struct e820_entry {
    uint64_t start, size;
    uint32_t type;
} __attribute__((packed));

static_assert(sizeof(struct e820_entry) == 20, "ACPI 6.4, table 15.3");

static long write_map(const struct xen_memory_map *map)
{
    const struct memory_map *memory = &domain.memory;

    for (unsigned i = 0; i < map->nr_entries; i++) {
        struct e820_entry entry = {
            memory->ranges[i].start,
            memory->ranges[i].end - memory->ranges[i].start,
            memory->ranges[i].type,
        };

        if (!GUEST_WRITE((uint64_t)map->buffer.p + i * sizeof entry, &entry))
            return -XEN_EFAULT;
    }
    return 0;
}

/* As much of it as there is room for. */
static long memory_map(uint64_t argument)
{
    struct xen_memory_map map;

    if (!GUEST_READ(&map, argument))
        return -XEN_EFAULT;
    if (map.nr_entries > domain.memory.nr)
        map.nr_entries = domain.memory.nr;
    if (write_map(&map))
        return -XEN_EFAULT;
    return GUEST_WRITE(argument, &map) ? 0 : -XEN_EFAULT;
}

/* All of it, or with a buffer of NULL only its length. */
static long machine_memory_map(uint64_t argument)
{
    struct xen_memory_map map;

    if (!GUEST_READ(&map, argument))
        return -XEN_EFAULT;
    if (map.buffer.p && map.nr_entries < domain.memory.nr)
        return -XEN_EINVAL;
    map.nr_entries = domain.memory.nr;
    if (map.buffer.p && write_map(&map))
        return -XEN_EFAULT;
    return GUEST_WRITE(argument, &map) ? 0 : -XEN_EFAULT;
}

static long machphys_mapping(uint64_t argument)
{
    struct xen_machphys_mapping mapping = {
        .v_start = M2P_BASE,
        .v_end = M2P_BASE + domain.max_mfn * sizeof(uint64_t),
        .max_mfn = domain.max_mfn - 1,
    };

    return GUEST_WRITE(argument, &mapping) ? 0 : -XEN_EFAULT;
}

/* The kernel itself says where its p2m ends. */
static long maximum_gpfn(uint64_t argument)
{
    uint64_t nr = domain.shared_info->arch.max_pfn;
    domid_t domid;

    if (!GUEST_READ(&domid, argument))
        return -XEN_EFAULT;
    if (!domid_is_self(domid))
        return -XEN_ESRCH;
    return nr ? (long)(nr - 1) : 0;
}

HYPERCALL(hypercall_memory_op)
{
    UNUSED_ARGUMENTS(a3, a4, a5, a6);
    /* Above six bits Xen keeps how far it got with a long call. */
    switch (a1) {
    case XENMEM_increase_reservation:
        return 0;
    case XENMEM_decrease_reservation:
    case XENMEM_populate_physmap:
    case XENMEM_current_reservation:
    case XENMEM_maximum_reservation:
        return outside->memory_reservation((uint32_t)a1, a2);
    case XENMEM_maximum_ram_page:
        return (long)(domain.max_mfn - 1);
    case XENMEM_maximum_gpfn:
        return maximum_gpfn(a2);
    case XENMEM_machphys_mapping:
        return machphys_mapping(a2);
    case XENMEM_memory_map:
        return memory_map(a2);
    case XENMEM_machine_memory_map:
        return domain.initial ? machine_memory_map(a2) : -XEN_EPERM;
    case XENMEM_exchange:
        return memory_exchange(a2);
    default:
        return -XEN_ENOSYS;
    }
}
