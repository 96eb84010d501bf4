/* SPDX-License-Identifier: MIT */
/*
 * Model-specific registers that a CPU, or a hypervisor that makes one, may
 * lack, and values that it may refuse: a #GP is an answer.
 */
#ifndef MACHINE_MSR_H
#define MACHINE_MSR_H

#include <stdbool.h>
#include <stdint.h>

/* False if it faulted; *value is 0 then. */
bool msr_read(uint32_t msr, uint64_t *value);
bool msr_write(uint32_t msr, uint64_t value);

#endif
