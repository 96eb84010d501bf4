/* SPDX-License-Identifier: MIT */
/*
 * VERW with a memory operand.  On some CPUs it overwrites buffers through
 * which a program could read what others have loaded and stored: SDM volume
 * 2, VERW; Intel's "Microarchitectural Data Sampling" and what followed it
 * (TAA, MMIO stale data, RFDS); AMD's "Transient Scheduler Attacks".  A
 * kernel on Xen leaves it to Xen on the way to its programs.
 */
#ifndef MACHINE_VERW_H
#define MACHINE_VERW_H

#include <stdbool.h>
#include <stdint.h>

#include <machine/descriptor.h>
#include <machine/x86.h>

/* What a CPU says of it; zeros for what it has not. */
struct verw_facts {
    struct cpuid_leaf leaf_7;           /* subleaf 0 */
    struct cpuid_leaf leaf_80000021;
    uint64_t arch_capabilities;         /* IA32_ARCH_CAPABILITIES */
};

/* Whether the CPU needs it, and its VERW does it. */
bool verw_clears(const struct verw_facts *facts);

/*
 * Ask the CPU, unless it isn't wanted; the log says what came of it.  A #GP
 * has to be an answer by now, as msr.h says.
 */
void verw_init(bool wanted);
extern bool verw_is_used;

/* ZF is lost. */
static inline void verw(void)
{
    static const uint16_t selector = RING0_SS;

    __asm__ volatile ("verw %0" : : "m" (selector) : "cc");
}

#endif
