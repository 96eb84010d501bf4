/* SPDX-License-Identifier: MIT */
/* The local APIC, by MMIO or as x2APIC (SDM volume 3, chapter 11). */
#ifndef MACHINE_APIC_H
#define MACHINE_APIC_H

#include <stdbool.h>
#include <stdint.h>
#include <machine/acpi.h>

/* Enable it on this CPU; the first call also chooses the mode. */
void apic_init(void);
bool apic_is_x2apic(void);

/* The id of the CPU we run on, before the APIC is enabled. */
uint32_t apic_id_by_cpuid(void);

/* What goes with a vector, or in its place, in the interrupt command. */
#define APIC_NMI          0x00400
#define APIC_INIT         0x04500       /* level, assert */
#define APIC_STARTUP      0x00600       /* | page number of the code */
#define APIC_LOGICAL      0x00800
#define APIC_ALL_BUT_SELF 0xc0000

/*
 * Send an interrupt: `destination` is an APIC id, with APIC_LOGICAL in
 * xAPIC mode a bit for each CPU, in x2APIC mode a logical id, else unused.
 */
void apic_send(uint32_t destination, uint32_t command);

#define APIC_FLAT_CPUS 8

/*
 * This CPU's logical id in x2APIC mode, cluster << 16 | one of 16 members.
 * It should follow from the APIC id (SDM volume 3, 11.12.10.2); in a domain
 * of Xen before 4.19 it follows from the vCPU's number instead.
 */
uint32_t apic_x2apic_logical(void);

void apic_eoi(void);

/* Did an interrupt, not an INT instruction, bring this vector here? */
bool apic_in_service(unsigned vector);

/* Has it come to this CPU, which has not taken it yet? */
bool apic_is_requested(unsigned vector);

uint32_t apic_id(void);

/* An interrupt of `vector` to this CPU itself. */
void apic_send_self(unsigned vector);

/* Let this CPU's performance counters interrupt, as VECTOR_PMI, or not. */
void apic_set_pmi(bool on);

/*
 * Let timers (timer.h) use this one, by VECTOR_TIMER, and start it here.  Once,
 * after time_init(): its clock may have to be measured.
 */
void apic_timer_init(void);

/* Start it on another CPU, if the first one did; nothing is set yet. */
void apic_timer_start(void);

#endif
