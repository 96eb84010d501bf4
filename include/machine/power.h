/* SPDX-License-Identifier: MIT */
/* Off, and on again. */
#ifndef MACHINE_POWER_H
#define MACHINE_POWER_H

#include <stdbool.h>
#include <stdint.h>
#include <machine/acpi.h>

/* Remember what ACPI says of it; before that, the rest is tried. */
void power_init(const struct acpi_tables *acpi);

/* ACPI S5 by the fixed registers, EFI; returns if that did nothing. */
void power_off(void);

/*
 * Write these values to PM1a and PM1b control, as the kernel's ACPI code
 * computed them.  False: there are no such registers.
 */
bool power_enter_sleep(uint16_t pm1a, uint16_t pm1b);

/* Reset by ACPI, EFI, 0xcf9, the keyboard controller, a triple fault. */
_Noreturn void power_reset(void);

_Noreturn void power_halt(void);

/* Who ends the machine in its stead, if there is somebody outside. */
enum power_end { POWER_OFF, POWER_RESET, POWER_CRASH };
void power_set_outside(void (*end)(enum power_end how));

/* The end after a panic: the outside is told; false: there is none. */
bool power_crash(void);

#endif
