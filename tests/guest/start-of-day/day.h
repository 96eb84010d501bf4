/* SPDX-License-Identifier: MIT */
#ifndef DAY_H
#define DAY_H

#include "guest.h"

/* Does the kernel want its initrd unmapped, its p2m at an address? */
#ifndef MOD_START_PFN
#define MOD_START_PFN false
#endif
#ifndef INIT_P2M
#define INIT_P2M 0ul
#endif

/* "name: yes" or "name: no" */
void check(const char *name, bool holds);

void test_registers(void);
void test_start_info(void);
void test_shared_info(void);
void test_memory(void);
void test_cpu(void);
void test_cpuid(void);

#endif
