/* SPDX-License-Identifier: MIT */
/*
 * What a kernel reads out of AML about its CPUs' power states and gives
 * Xen.  It is checked as Xen does, and not used: an idle CPU halts, and
 * its frequency is the hardware's.
 */
#ifndef HYPERCALL_PROCESSOR_PM_H
#define HYPERCALL_PROCESSOR_PM_H

struct xenpf_set_processor_pminfo;

/* XENPF_set_processor_pminfo: 0 or -errno. */
long processor_pm_set(const struct xenpf_set_processor_pminfo *op);

#endif
