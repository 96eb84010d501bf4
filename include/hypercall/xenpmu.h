/* SPDX-License-Identifier: MIT */
/*
 * The CPU's performance counters (option `vpmu`; public/pmu.h).  The kernel
 * is in ring 0 and uses them itself.  Their interrupt is ours: it stops them
 * and saves them to the page that the vCPU has registered, where the kernel
 * reads and writes them until XENPMU_flush loads them again.
 */
#ifndef HYPERCALL_XENPMU_H
#define HYPERCALL_XENPMU_H

#include <stdbool.h>
#include <stdint.h>

#include <machine/cpu_area.h>
#include <machine/x86.h>

struct xen_pmu_arch;

/* cpuid_or_zeros(), or what stands for it. */
typedef struct cpuid_leaf xenpmu_cpuid(uint32_t leaf, uint32_t subleaf);

/*
 * A vendor's counters: SDM volume 3, 19.2; APM volume 2, 13.2.  Where they
 * lie in a context, and how many, says the CPU and never the context, which
 * the kernel writes to.
 */
struct xenpmu_vendor {
    /* Look what there is: NULL, or why it can't be used. */
    const char *(*find)(xenpmu_cpuid *ask);
    /* Tell the kernel where in its context things are. */
    void (*lay_out)(struct xen_pmu_arch *arch);
    void (*stop)(void);
    /* Stop them, and save all to the context. */
    void (*save)(struct xen_pmu_arch *arch);
    /* False if the CPU refused something: they are stopped then. */
    bool (*load)(const struct xen_pmu_arch *arch);
};

extern const struct xenpmu_vendor xenpmu_intel, xenpmu_amd;

/* Choose the vendor; the log says why not.  Before the kernel asks CPUID. */
void xenpmu_start(void);
bool xenpmu_is_on(void);

/* Let a vCPU, any one, have this page: -XEN_EEXIST if it has one. */
long xenpmu_attach(struct cpu *cpu, mfn_t page);
/* Nothing writes to its page any more, and soon its counters stand still. */
void xenpmu_detach(struct cpu *cpu);

/* Of this CPU's page: -XEN_EINVAL if there is none. */
long xenpmu_set_lvtpc(void);
/* -XEN_EIO if the CPU refused the context: it stays the kernel's. */
long xenpmu_flush(void);

#endif
