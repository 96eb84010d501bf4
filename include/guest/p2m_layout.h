/* SPDX-License-Identifier: MIT */
/*
 * Which machine frame the kernel finds behind each of its pseudo-physical
 * frames when it starts.
 *
 * A frame of RAM is itself.  A frame number below nr_pages that is no RAM
 * has to be backed all the same: the k-th of these gets the k-th frame of
 * RAM at or above nr_pages.  That is where Linux moves them to while it
 * boots (arch/x86/xen/setup.c, xen_set_identity_and_remap), so that
 * afterwards both tables are the identity.
 *
 * The map is the one the kernel gets, after memory_map_round().
 */
#ifndef GUEST_P2M_LAYOUT_H
#define GUEST_P2M_LAYOUT_H

#include <boot/memory_map.h>

/* M2P entry of a frame that is not the kernel's. */
#define M2P_INVALID UINT64_MAX
/* One that it may have again (XENMEM_populate_physmap). */
#define M2P_GIVEN_BACK (UINT64_MAX - 1)

/* nr_pages: frames of RAM. */
uint64_t p2m_layout_pages(const struct memory_map *map);

/* `count` frames from `mfn` on stand behind those from `pfn` on. */
struct p2m_run {
    uint64_t pfn;
    uint64_t mfn;
    uint64_t count;
};

/* Goes through the runs in the order of pfns. */
struct p2m_cursor {
    const struct memory_map *map;
    uint64_t nr_pages;
    uint64_t pfn;               /* the next one's */
    unsigned range;             /* in the map, of pfn */
    uint64_t spare;             /* the next frame for a hole */
    unsigned spare_range;
};

void p2m_layout_start(struct p2m_cursor *cursor,
                      const struct memory_map *map, uint64_t nr_pages);

/*
 * False behind the last run.  That is at nr_pages, unless nr_pages is more
 * than p2m_layout_pages(): then where frames of RAM run out.
 */
bool p2m_layout_next(struct p2m_cursor *cursor, struct p2m_run *run);

/* p2m[0..nr_pages) */
void p2m_layout_fill(const struct memory_map *map, uint64_t nr_pages,
                     uint64_t *p2m);

/* Its inverse, m2p[0..max_mfn); M2P_INVALID elsewhere. */
void m2p_layout_fill(const struct memory_map *map, uint64_t nr_pages,
                     uint64_t *m2p, uint64_t max_mfn);

#endif
