/* SPDX-License-Identifier: MIT */
/*
 * The hypercalls: one function each, arguments as the ABI numbers them,
 * result 0 or more, or a negative errno of public/errno.h.  docs/abi.md
 * says of each what it does here and what it does on Xen.
 */
#ifndef HYPERCALL_HYPERCALL_H
#define HYPERCALL_HYPERCALL_H

#include <stdint.h>
#include <xen/errno.h>
#include <entry/entry.h>
#include <machine/cpu_area.h>

/* Not of the ABI: hypercall_load_gdt() is for our own stub. */
#define HYPERCALL_LOAD_GDT __HYPERVISOR_arch_7

extern hypercall_function *const hypercall_table[NR_HYPERCALLS];

#define HYPERCALL(name)                                                  \
    long name(uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4,        \
              uint64_t a5, uint64_t a6)
#define UNUSED_ARGUMENTS(...) ((void)sizeof((uint64_t[]){ __VA_ARGS__ }))

/* Top bit of a count: Xen's own mark of a call that it goes on with. */
#define MMU_COUNT_PREEMPTED (1u << 31)

HYPERCALL(hypercall_set_trap_table);
HYPERCALL(hypercall_mmu_update);
HYPERCALL(hypercall_set_gdt);
HYPERCALL(hypercall_stack_switch);
HYPERCALL(hypercall_set_callbacks);
HYPERCALL(hypercall_fpu_taskswitch);
HYPERCALL(hypercall_platform_op);
HYPERCALL(hypercall_set_debugreg);
HYPERCALL(hypercall_get_debugreg);
HYPERCALL(hypercall_update_descriptor);
HYPERCALL(hypercall_memory_op);
HYPERCALL(hypercall_multicall);
HYPERCALL(hypercall_update_va_mapping);
HYPERCALL(hypercall_set_timer_op);
HYPERCALL(hypercall_xen_version);
HYPERCALL(hypercall_console_io);
HYPERCALL(hypercall_grant_table_op);
HYPERCALL(hypercall_vm_assist);
HYPERCALL(hypercall_update_va_mapping_otherdomain);
HYPERCALL(hypercall_vcpu_op);
HYPERCALL(hypercall_set_segment_base);
HYPERCALL(hypercall_mmuext_op);
HYPERCALL(hypercall_nmi_op);
HYPERCALL(hypercall_sched_op);
HYPERCALL(hypercall_callback_op);
HYPERCALL(hypercall_event_channel_op);
HYPERCALL(hypercall_physdev_op);
HYPERCALL(hypercall_sysctl);
HYPERCALL(hypercall_domctl);
HYPERCALL(hypercall_xenpmu_op);
HYPERCALL(hypercall_sched_op_compat);
HYPERCALL(hypercall_event_channel_op_compat);
HYPERCALL(hypercall_physdev_op_compat);
HYPERCALL(hypercall_load_gdt);

#endif
