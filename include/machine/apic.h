/* SPDX-License-Identifier: MIT */
/* The local APIC, by MMIO or as x2APIC (SDM volume 3, chapter 11). */
#ifndef MACHINE_APIC_H
#define MACHINE_APIC_H

#include <stdbool.h>
#include <stdint.h>
#include <machine/acpi.h>

/* Enable it on this CPU; the first call also chooses the mode. */
void apic_init(void);

void apic_eoi(void);

/* Did an interrupt, not an INT instruction, bring this vector here? */
bool apic_in_service(unsigned vector);

uint32_t apic_id(void);

/* An interrupt of `vector` to this CPU itself. */
void apic_send_self(unsigned vector);

/*
 * One-shot timer on VECTOR_TIMER: fires when system time reaches
 * `deadline` (at once if that is past); 0 stops it.
 */
void apic_timer_set(uint64_t deadline);

/* Measure the timer's clock; after time_init(). */
void apic_timer_init(void);

#endif
