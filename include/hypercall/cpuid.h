/* SPDX-License-Identifier: MIT */
#ifndef HYPERCALL_CPUID_H
#define HYPERCALL_CPUID_H

#include <machine/x86.h>

/*
 * What the kernel gets for CPUID through the forced-emulation prefix:
 * Xen's leaves (public/arch-x86/cpuid.h), and hardware's with the bits
 * hidden that features_hide() knows.
 */
struct cpuid_leaf guest_cpuid(uint32_t leaf, uint32_t subleaf);

#endif
