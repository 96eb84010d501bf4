/* SPDX-License-Identifier: MIT */
/* vCPUs other than the first: their beginning, their downs and ups. */
#ifndef HYPERCALL_VCPU_H
#define HYPERCALL_VCPU_H

#include <stdbool.h>
#include <stdint.h>
#include <machine/cpu_area.h>

/* Where a CPU waits until the kernel wants it; smp_cpu_main()'s end. */
_Noreturn void vcpu_wait_for_start(void);

/* Wait as long as the vCPU, this CPU's, is down. */
void vcpu_stay_down(struct cpu *cpu);

/* VCPUOP_initialise, _up, _down; -errno as Xen's. */
long vcpu_initialise(struct cpu *cpu, uint64_t context);
long vcpu_up(struct cpu *cpu);
long vcpu_down(struct cpu *cpu);

/* Is this CPU's vCPU to leave the guest? */
static inline bool vcpu_is_down(const struct cpu *cpu)
{
    return !__atomic_load_n(&cpu->up, __ATOMIC_RELAXED);
}

/* Write the guest's runstate area anew. */
void runstate_update(struct cpu *cpu);

/* Around the time that this CPU's vCPU waits in SCHEDOP_block or _poll. */
void runstate_block(struct cpu *cpu);
void runstate_unblock(struct cpu *cpu);

/*
 * VIRQ_TIMER was bound: as on Xen it comes each 10 ms, unless the kernel has
 * set another period or none, as Linux does.
 */
void vcpu_default_period(struct cpu *cpu);

#endif
