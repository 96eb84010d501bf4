/* SPDX-License-Identifier: MIT */
/*
 * What the CPU can do, what of it microxen uses, and what the kernel is
 * shown.  Read once at boot from the table in features.c.
 */
#ifndef MACHINE_FEATURES_H
#define MACHINE_FEATURES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <machine/x86.h>

struct features {
    bool intel;                 /* vendor; AMD and Hygon otherwise */
    bool sysenter;
    bool xsave;
    bool smap;
    bool monitor;
    bool x2apic;
    bool tsc_deadline;
    bool tsc_adjust;
    bool invariant_tsc;
    bool gib_pages;
    bool large_pages_shown;     /* the kernel may use 2 MiB pages, see pvops/ */
    bool global_pages_shown;    /* it may set PTE_G */
    bool pmu_shown;             /* it may use the performance counters */
    bool global_pages;          /* and CR4.PGE: flushes have to reach them */
};

extern struct features features;

/*
 * An option with this name: what is off isn't used and isn't shown to the
 * kernel, nor what goes with it.  False if no feature is called so.  To be
 * called before all others.
 */
bool features_option(const char *name, size_t length, bool off);

/* Read CPUID.  Panics when something is missing that nothing replaces. */
void features_init(void);

/* One line a feature in the boot log: who provides it. */
void features_log(void);

/*
 * Take out of what CPUID returned for a leaf the bits that a PV kernel must
 * not use or that are microxen's own.
 */
void features_hide(uint32_t leaf, uint32_t subleaf, struct cpuid_leaf *r);

#endif
