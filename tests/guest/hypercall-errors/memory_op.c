/* SPDX-License-Identifier: MIT */
#include "errors.h"

#include <xen/memory.h>

#define CLAIM_PAGES 24                  /* XENMEM_claim_pages, of the tools */

static xen_pfn_t frames[4];

static void try_reservation(unsigned long command, const char *name,
                            const char *kind,
                            struct xen_memory_reservation reservation)
{
    for (unsigned i = 0; i < 4; i++)
        frames[i] = NO_MFN;
    report(CALL(memory_op, command, &reservation), "memory_op(%s, %s)", name,
           kind);
}

/* Frames that nobody has, and such as nobody can read. */
static void try_reservations(unsigned long command, const char *name)
{
    xen_pfn_t *edge = (xen_pfn_t *)(edge_page + PAGE_SIZE);
    xen_pfn_t *nowhere = (xen_pfn_t *)UNMAPPED_VIRTUAL;

#define TRY_RESERVATION(...)                                               \
    try_reservation(command, name, #__VA_ARGS__,                           \
                    (struct xen_memory_reservation){ __VA_ARGS__ })
#define EXTENTS(n, list) \
    .domid = DOMID_SELF, .nr_extents = n, .extent_start = { list }
    TRY_RESERVATION(EXTENTS(0, frames));
    TRY_RESERVATION(EXTENTS(1, frames));
    TRY_RESERVATION(EXTENTS(1, nowhere));
    TRY_RESERVATION(EXTENTS(1, edge));
    TRY_RESERVATION(EXTENTS(1, frames), .extent_order = 64);
    TRY_RESERVATION(EXTENTS(1, frames), .extent_order = 0xffffffff);
    TRY_RESERVATION(EXTENTS(~0ul, nowhere));
    TRY_RESERVATION(.domid = 7, .nr_extents = 1, .extent_start = { frames });
    TRY_RESERVATION(.domid = DOMID_INVALID, .nr_extents = 1,
                    .extent_start = { frames });
}

#define EXCHANGE(...)                                                      \
    TRY_NAMED("memory_op(XENMEM_exchange, " #__VA_ARGS__ ")", memory_op,   \
              XENMEM_exchange, struct xen_memory_exchange, __VA_ARGS__)

static void try_exchange(void)
{
    static xen_pfn_t in[1] = { NO_MFN }, out[1];

#define SELF .domid = DOMID_SELF
#define ONE(frames) .nr_extents = 1, .extent_start = { frames }
    EXCHANGE(.in = { SELF }, .out = { SELF });
    EXCHANGE(.in = { SELF, ONE(in) }, .out = { SELF, ONE(out) });
    EXCHANGE(.in = { SELF, ONE(in) }, .out = { SELF });
    EXCHANGE(.in = { SELF, ONE(in) }, .out = { SELF, ONE(out) },
             .nr_exchanged = 2);
    EXCHANGE(.in = { SELF, ONE(in) },
             .out = { .domid = 7, ONE(out) });
    EXCHANGE(.in = { .domid = 7, ONE(in) }, .out = { .domid = 7, ONE(out) });
    EXCHANGE(.in = { SELF, ONE((xen_pfn_t *)UNMAPPED_VIRTUAL) },
             .out = { SELF, ONE(out) });
    EXCHANGE(.in = { SELF, ONE(in), .extent_order = 19 },
             .out = { SELF, ONE(out), .extent_order = 19 });
    EXCHANGE(.in = { SELF, ONE(in), .extent_order = 64 },
             .out = { SELF, ONE(out), .extent_order = 64 });
    EXCHANGE(.in = { SELF, .nr_extents = ~0ul }, .out = { SELF,
             .nr_extents = ~0ul });
}

static void try_maps(void)
{
    static char room[4096];

#define MAP(command, ...)                                                  \
    TRY_NAMED("memory_op(" #command ", " #__VA_ARGS__ ")", memory_op,      \
              command, struct xen_memory_map, __VA_ARGS__)
    MAP(XENMEM_memory_map, .nr_entries = 0);
    MAP(XENMEM_machine_memory_map, .nr_entries = 0);
    MAP(XENMEM_machine_memory_map, .nr_entries = 1, .buffer = { room });
    MAP(XENMEM_machine_memory_map, .nr_entries = 128, .buffer = { room });
    MAP(XENMEM_machine_memory_map, .nr_entries = 128,
        .buffer = { (void *)UNMAPPED_VIRTUAL });
    MAP(XENMEM_machine_memory_map, .nr_entries = 0xffffffff,
        .buffer = { (void *)NONCANONICAL });
    MAP(XENMEM_machine_memory_map, .nr_entries = 128,
        .buffer = { read_only_page });
}

static void try_simple_ones(void)
{
    static domid_t self = DOMID_SELF, zero = 0, other = 7,
                   invalid = DOMID_INVALID;

    TRY_SIGN(memory_op, XENMEM_maximum_ram_page, 0);
    TRY_SIGN(memory_op, XENMEM_maximum_ram_page, UNMAPPED_VIRTUAL);
    TRY_SIGN(memory_op, XENMEM_current_reservation, &self);
    TRY_SIGN(memory_op, XENMEM_current_reservation, &zero);
    TRY_SIGN(memory_op, XENMEM_current_reservation, &other);
    TRY_SIGN(memory_op, XENMEM_current_reservation, &invalid);
    TRY_SIGN(memory_op, XENMEM_maximum_reservation, &self);
    TRY_SIGN(memory_op, XENMEM_maximum_reservation, &other);
    TRY_SIGN(memory_op, XENMEM_maximum_gpfn, &self);
    TRY_SIGN(memory_op, XENMEM_maximum_gpfn, &other);
    TRY(memory_op, XENMEM_machphys_mapping, read_only_page);
    TRY(memory_op, 0x100000000 + XENMEM_machphys_mapping, edge_page);
    TRY_OP(memory_op, XENMEM_add_to_physmap, struct xen_add_to_physmap,
           .domid = DOMID_SELF);
    TRY_OP(memory_op, XENMEM_add_to_physmap, struct xen_add_to_physmap,
           .domid = 7);
    TRY_OP(memory_op, XENMEM_remove_from_physmap,
           struct xen_remove_from_physmap, .domid = DOMID_SELF);
    TRY_OP(memory_op, XENMEM_acquire_resource,
           struct xen_mem_acquire_resource, .domid = DOMID_SELF);
    TRY_OP(memory_op, XENMEM_acquire_resource,
           struct xen_mem_acquire_resource, .domid = 7);
    TRY_OP(memory_op, CLAIM_PAGES, struct xen_memory_reservation,
           .domid = DOMID_SELF);
    TRY_OP(memory_op, XENMEM_machphys_mfn_list, struct xen_machphys_mfn_list,
           .max_extents = 1);
}

void try_memory_op(void)
{
    /* Those without an argument are below. */
    TRY_COMMANDS(memory_op, 2, "increase_reservation",
                 "decrease_reservation", NULL, "current_reservation",
                 "maximum_reservation", "machphys_mfn_list",
                 "populate_physmap", "add_to_physmap",
                 "translate_gpfn_list", "memory_map", "machine_memory_map",
                 "exchange", "machphys_mapping", "set_memory_map",
                 "maximum_gpfn", "remove_from_physmap", "set_pod_target",
                 "get_pod_target", NULL, NULL, "paging_op", "access_op",
                 "sharing_op", "add_to_physmap_batch", "claim_pages",
                 "machphys_compat_mfn_list", "get_vnumainfo",
                 "reserved_device_memory_map", "acquire_resource");
    try_simple_ones();
    try_reservations(XENMEM_increase_reservation, "increase_reservation");
    try_reservations(XENMEM_decrease_reservation, "decrease_reservation");
    try_reservations(XENMEM_populate_physmap, "populate_physmap");
    try_exchange();
    try_maps();
}
