/* SPDX-License-Identifier: MIT */
/*
 * Intel's CPUs whose APIC timer may stay silent in its TSC-deadline mode,
 * unless their microcode is new enough.
 */
#ifndef MACHINE_TSC_DEADLINE_H
#define MACHINE_TSC_DEADLINE_H

#include <stdint.h>

/*
 * The revision of microcode that a CPU needs; `signature` is CPUID's leaf 1,
 * EAX.  0: it needs none, UINT32_MAX: there is none that helps.
 */
uint32_t tsc_deadline_needs(uint32_t signature);

/* The revision that this CPU lacks, or 0. */
uint32_t tsc_deadline_lacks(void);

#endif
