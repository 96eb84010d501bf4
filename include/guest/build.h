/* SPDX-License-Identifier: MIT */
/*
 * What the kernel finds when it starts: page tables, p2m, start_info,
 * shared_info, stack (public/xen.h, "Start-of-day memory layout").
 */
#ifndef GUEST_BUILD_H
#define GUEST_BUILD_H

#include <machine/cpu_area.h>
#include <guest/start.h>

struct boot_info;

/* From loaded_guest and domain.memory; panics when it doesn't fit. */
void guest_build(struct cpu *cpu, const struct boot_info *info,
                 struct guest_start *start);

#endif
