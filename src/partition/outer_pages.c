/* SPDX-License-Identifier: MIT */
/* Frames of ours that the outer Xen fills with something of its own. */
#include <partition/outer.h>

#include <xen/xen.h>
#include <xen/errno.h>
#include <xen/grant_table.h>
#include <xen/memory.h>
#include <xen/hvm/params.h>

#include <lib/console.h>
#include <lib/panic.h>
#include <machine/paging.h>

#define MIB (1ull << 20)

/* Where they are shown: shared_info, then the grant table. */
#define PLACES_ALIGN     (2 * MIB)
#define SHARED_INFO_AT   0
#define GRANT_TABLE_AT   1
#define GRANT_FRAMES_MAX (PLACES_ALIGN / PAGE_SIZE - GRANT_TABLE_AT)

static uint64_t places;                 /* frame number */
static struct shared_info *shared;
static unsigned nr_grant_frames;

static long add_to_physmap(unsigned space, uint64_t index, uint64_t frame)
{
    struct xen_add_to_physmap op = {
        .domid = DOMID_SELF, .space = space, .idx = index, .gpfn = frame,
    };

    return outer_call(__HYPERVISOR_memory_op, XENMEM_add_to_physmap,
                      (uint64_t)&op, 0);
}

static void map_frames(uint64_t frame, uint64_t nr)
{
    uint64_t address = frame << PAGE_SHIFT;

    paging_map(DIRECT_MAP_BASE + address, address, nr << PAGE_SHIFT,
               MAP_DATA);
}

/* Nothing is behind the last entry of the map, and nothing will be. */
static uint64_t choose_places(const struct memory_map *map)
{
    uint64_t end = map->nr ? map->ranges[map->nr - 1].end : 0;

    return (end + PLACES_ALIGN - 1) / PLACES_ALIGN * PLACES_ALIGN
           >> PAGE_SHIFT;
}

void outer_map(const struct memory_map *map)
{
    uint64_t console = outer_param(HVM_PARAM_CONSOLE_PFN);
    long result;

    places = choose_places(map);
    result = add_to_physmap(XENMAPSPACE_shared_info, 0,
                            places + SHARED_INFO_AT);
    if (result)
        panic("The outer Xen refuses shared_info at frame %#lx: error %ld",
              places, result);
    map_frames(places, PLACES_ALIGN / PAGE_SIZE);
    shared = direct(places << PAGE_SHIFT);
    if (console)
        map_frames(console, 1);
}

struct shared_info *outer_shared_info(void)
{
    return shared;
}

long outer_grant_frame(unsigned n)
{
    if (n >= GRANT_FRAMES_MAX)
        return -XEN_EINVAL;
    for (; nr_grant_frames <= n; nr_grant_frames++) {
        long result = add_to_physmap(XENMAPSPACE_grant_table,
                                     nr_grant_frames,
                                     places + GRANT_TABLE_AT
                                     + nr_grant_frames);

        if (result)
            return result;
    }
    return (long)(places + GRANT_TABLE_AT + n);
}

/* Xen takes the page out of its old place itself. */
void outer_move_frame(uint64_t from, uint64_t to, unsigned grant_reference)
{
    long grants = outer_grant_frame(0);
    long result = add_to_physmap(XENMAPSPACE_gmfn, from, to);
    struct grant_entry_v1 *entry;

    if (result)
        panic("The outer Xen doesn't move frame %#lx: error %ld", from,
              result);
    if (grants < 0)
        return;
    entry = (struct grant_entry_v1 *)direct((uint64_t)grants << PAGE_SHIFT)
            + grant_reference;
    if (entry->frame == from)
        entry->frame = (uint32_t)to;
}
