/* SPDX-License-Identifier: MIT */
/*
 * System time as a hypervisor tells it: struct vcpu_time_info (public/xen.h),
 * which is KVM's struct pvclock_vcpu_time_info as well.
 */
#ifndef MACHINE_PVCLOCK_H
#define MACHINE_PVCLOCK_H

#include <stdint.h>

#include <xen/xen.h>

/* All of one moment, though somebody may be writing it. */
struct vcpu_time_info pvclock_read(const volatile struct vcpu_time_info *time);

/* ns, at this moment; on the CPU whose it is. */
uint64_t pvclock_now(const volatile struct vcpu_time_info *time);

#endif
