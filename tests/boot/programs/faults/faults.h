/* SPDX-License-Identifier: MIT */
/* Each way to fault from user mode: one group of checks per file. */
#ifndef FAULTS_H
#define FAULTS_H

void check_memory_faults(void);
void check_privileged_instructions(void);
void check_invalid_instructions(void);
void check_arithmetic_faults(void);
void check_software_interrupts(void);
void check_selector_loads(void);
void check_far_transfers(void);
void check_descriptor_tables(void);
void check_fault_recovery(void);

#endif
