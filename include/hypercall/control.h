/* SPDX-License-Identifier: MIT */
/* What sysctl and domctl tell the control tools (xl) alike. */
#ifndef HYPERCALL_CONTROL_H
#define HYPERCALL_CONTROL_H

#include <stdint.h>

/* Their headers are for the hypervisor and its tools only. */
#define __XEN_TOOLS__
#include <xen/domctl.h>
#include <xen/sysctl.h>

struct cpu;
struct cpu_set;

/* Of the one domain there is. */
void domain_describe(struct xen_domctl_getdomaininfo *info);

/* How long a vCPU was up, in ns. */
uint64_t vcpu_run_time(const struct cpu *cpu);

/* Tell a set of CPUs of this machine; -XEN_EFAULT if there is no place. */
long cpu_set_to_guest(const struct xenctl_bitmap *bitmap,
                      const struct cpu_set *set);

#endif
