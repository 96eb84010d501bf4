/* SPDX-License-Identifier: MIT */
/*
 * The outer Xen, when we are an HVM domain of its: calls to it, what it
 * keeps for us, and its pages in our address space.
 *
 * Frames that are no RAM are shown behind all that the memory map has.
 */
#ifndef PARTITION_OUTER_H
#define PARTITION_OUTER_H

#include <stdbool.h>
#include <stdint.h>

#include <xen/xen.h>

#include <boot/memory_map.h>
#include <machine/time.h>


/* Is there one?  Has to be asked, and answered by yes, before all else. */
bool outer_find(void);

/* major << 16 | minor, as it says. */
uint32_t outer_version(void);

/* A hypercall; pointers are virtual addresses. */
long outer_call(unsigned call, uint64_t a1, uint64_t a2, uint64_t a3);

/* HVMOP_get_param; 0: there is none. */
uint64_t outer_param(unsigned index);
long outer_set_param(unsigned index, uint64_t value);

/* SCHEDOP_shutdown (public/sched.h, SHUTDOWN_*); there is no way back. */
_Noreturn void outer_shut_down(unsigned reason);

/*
 * Choose where frames that are no RAM appear; ask for shared_info, map it
 * and the console's page in our own address space, which is loaded next.
 */
void outer_map(const struct memory_map *map);

/* So many vCPUs have their part of it. */
#define OUTER_CPUS_MAX XEN_LEGACY_MAX_VCPUS

/* NULL before outer_map(). */
struct shared_info *outer_shared_info(void);

/*
 * Let a frame that lies outside RAM appear at the RAM frame `to` instead,
 * whose page goes back to the outer Xen.  A frame that was granted to dom0
 * beforehand under a reserved reference stays so.
 */
void outer_move_frame(uint64_t from, uint64_t to, unsigned grant_reference);

/* The n-th frame of the grant table, mapped on first use; or -errno. */
long outer_grant_frame(unsigned n);

/* How system time runs there: the TSC's scale. */
struct tsc_scale outer_tsc_scale(void);

/* Its system time, ns; nanoseconds since 1970. */
uint64_t outer_system_time(void);
uint64_t outer_wallclock(void);

/*
 * Get an interrupt for events.  Only from here on the outer Xen knows that
 * we are a 64-bit domain, and what it shares with us, times too, is right.
 */
void outer_events_init(void);

/*
 * From now on call arrived() with each port on which an event came, in that
 * interrupt; at once with those where one came before.
 */
void outer_events_start(void (*arrived)(unsigned port));

/* Let its single-shot timers drive ours; it may be an event of theirs. */
void outer_timers_start(void);
void outer_timer_arrived(unsigned port);

/* The consoles "xen" (its log) and "pv" (`xl console`). */
void outer_consoles_register(void);

/* Is "pv" in use?  Then its page and its port are ours, not the guest's. */
bool outer_pv_console_is_used(void);

#endif
