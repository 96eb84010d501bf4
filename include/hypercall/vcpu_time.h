/* SPDX-License-Identifier: MIT */
#ifndef HYPERCALL_VCPU_TIME_H
#define HYPERCALL_VCPU_TIME_H

struct cpu;
struct vcpu_time_info;

/* The same for ever, as the TSC runs through; a snapshot of KVM's clock. */
void vcpu_time_fill(const struct cpu *cpu, struct vcpu_time_info *info);

void vcpu_timers_init(void);

#endif
