/* SPDX-License-Identifier: MIT */
/* The I/O APICs: global system interrupts and their pins. */
#ifndef MACHINE_IOAPIC_H
#define MACHINE_IOAPIC_H

#include <stdbool.h>
#include <stdint.h>
#include <machine/acpi.h>

/*
 * Map them and mask all pins; the 8259s are masked too.  Where ACPI has
 * none that answers, one is looked for where it usually is.
 */
void ioapic_init(const struct acpi_tables *acpi);

/* Firmware that tells of more is not believed. */
#define IOAPIC_GSIS_MAX 1024

/* GSIs are 0 .. ioapic_nr_gsis() - 1, with gaps maybe. */
unsigned ioapic_nr_gsis(void);
bool ioapic_has_gsi(unsigned gsi);

/* The GSI, trigger and polarity of an ISA interrupt. */
struct acpi_override ioapic_isa(unsigned isa_irq);

/*
 * Program a pin for `vector` to the CPU of this APIC id.  A level interrupt
 * is masked then; an edge isn't if it wasn't, and one that comes meanwhile
 * may have the new vector and go to the old CPU.
 */
void ioapic_route(unsigned gsi, unsigned vector, uint32_t apic_id,
                  bool level, bool active_low);
void ioapic_mask(unsigned gsi, bool masked);

/* A register of the I/O APIC at this physical address; false: no such. */
bool ioapic_read(uint64_t address, unsigned reg, uint32_t *value);

#endif
