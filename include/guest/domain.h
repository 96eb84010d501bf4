/* SPDX-License-Identifier: MIT */
/* The one domain there is. */
#ifndef GUEST_DOMAIN_H
#define GUEST_DOMAIN_H

#include <stdbool.h>
#include <stdint.h>

#include <guest/p2m_layout.h>
#include <lib/frame_number.h>
#include <machine/layout.h>

struct shared_info;

struct domain {
    bool initial;               /* initial domain: owns the hardware */
    bool low_half;              /* its kernel is where others have users */
    unsigned nr_vcpus;
    uint64_t nr_pages;          /* frames of RAM it has */
    uint64_t hypercall_page;    /* virtual, or 0 */
    uint64_t base;              /* pfn 0's machine address: see load.c */
    uint64_t max_mfn;           /* entries of the M2P; first mfn behind it */
    struct shared_info *shared_info;
    mfn_t shared_info_mfn;
    mfn_t console_mfn;          /* plain domain: its ring pages */
    mfn_t store_mfn;
    uint64_t store_room;        /* the store itself: ring_store_room() */
    unsigned console_port;
    unsigned store_port;
    uint64_t wallclock_start;   /* ns since 1970 at system time 0 */
    struct memory_map memory;   /* as the kernel is told: from `base` on */
    char command_line[1024];    /* microxen's own, for XENVER_commandline */
};

extern struct domain domain;

static inline uint64_t *m2p(void)
{
    return (uint64_t *)M2P_BASE;
}

static inline mfn_t pfn_mfn(pfn_t pfn)
{
    return MFN(pfn.n + (domain.base >> PAGE_SHIFT));
}

/* RAM that was given to the kernel; everything else is not its to name. */
static inline bool domain_owns(mfn_t mfn)
{
    return mfn.n < domain.max_mfn && m2p()[mfn.n] < M2P_GIVEN_BACK;
}

#endif
