/* SPDX-License-Identifier: MIT */
/*
 * KVM's paravirtual clock (Linux, Documentation/virt/kvm/x86/msr.rst).  Where
 * the TSC isn't stable KVM keeps it right for each CPU.  What KVM writes is
 * a struct vcpu_time_info, so once a vCPU has one KVM writes into that.
 */
#ifndef MACHINE_KVM_CLOCK_H
#define MACHINE_KVM_CLOCK_H

#include <stdbool.h>

#include <machine/time.h>

struct vcpu_time_info;

/* Option clock=outer: use it, though the TSC be stable.  Later: it is used. */
extern bool kvm_clock_is_wanted;

/* Whether KVM has one; then its opinion of the TSC's rate. */
bool kvm_clock_find(struct tsc_scale *scale);

/* After that: whether it is the clock from now on, on every CPU. */
bool kvm_clock_is_used(void);

/* Nothing if it isn't used, each of these. */
void kvm_clock_start_cpu(void);                 /* this one's */
void kvm_clock_write_to(struct vcpu_time_info *time);   /* this CPU's */

/* System time in ns; never goes back, whichever CPU asks. */
uint64_t kvm_clock_now(void);

#endif
