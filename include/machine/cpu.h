/* SPDX-License-Identifier: MIT */
/* Bringing one CPU into the state that the guest and the stubs expect. */
#ifndef MACHINE_CPU_H
#define MACHINE_CPU_H

#include <machine/cpu_area.h>

/* Make the area of CPU `id`: frames, mappings, GDT page, TSS. */
struct cpu *cpu_create(unsigned id);

/* Load GDT, IDT, TSS, MSRs and control registers of the CPU we run on. */
void cpu_load(struct cpu *cpu);

/* The CPU's own IDT, as cpu_load() does. */
void cpu_load_idt(struct cpu *cpu);

/* The guest has a callback for SYSENTER; before that it raises #GP. */
void cpu_allow_sysenter(void);

/* Map the guest's GDT frames; those beyond `nr` show zeros. */
void cpu_set_gdt(struct cpu *cpu, const mfn_t *frames, unsigned nr,
                 unsigned entries);

/* LDTR: `entries` descriptors at a guest virtual address, 0: none. */
void cpu_set_ldt(struct cpu *cpu, uint64_t base, unsigned entries);

/*
 * User programs' access to I/O ports: a bitmap of `nr_ports` bits (1:
 * denied) in the TSS, ports beyond it denied; 0 denies all.
 */
#define IO_BITMAP_BYTES 8192
uint8_t *cpu_io_bitmap(struct cpu *cpu);
void cpu_enable_io_bitmap(struct cpu *cpu, bool on);

#endif
