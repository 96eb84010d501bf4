/* SPDX-License-Identifier: MIT */
/*
 * Which CPUs are threads of one core and cores of one socket, from the
 * APIC ids (SDM volume 3, 9.9; AMD APM volume 3, appendix E.5).
 */
#ifndef MACHINE_TOPOLOGY_H
#define MACHINE_TOPOLOGY_H

/* Find out how APIC ids are made up, on the first CPU. */
void topology_init(void);

/* Of a CPU, by its number here. */
unsigned topology_core(unsigned cpu);           /* within its socket */
unsigned topology_socket(unsigned cpu);

/* Of the first CPU's; only CPUs that are online count. */
unsigned topology_threads_per_core(void);
unsigned topology_cores_per_socket(void);

#endif
