/* SPDX-License-Identifier: MIT */
/* Faults before the CPU has its area: they end in a panic that says where. */
#ifndef BOOT_EARLY_EXCEPTION_H
#define BOOT_EARLY_EXCEPTION_H

#define EARLY_STUB_SIZE 16

/* Load an IDT for the time until cpu_load(). */
void early_exceptions_init(void);

#endif
