/* SPDX-License-Identifier: MIT */
/*
 * 2 MiB pages for a kernel whose operations on page tables are its own: its
 * direct map gets them here, CPUID shows that it may make more.
 */
#ifndef PVOPS_LARGE_PAGES_H
#define PVOPS_LARGE_PAGES_H

#include <stdbool.h>

/* Are there any?  Then hypercalls have to expect them. */
bool large_pages_on(void);

/* Make the direct map of large pages where it can be; returns how many. */
unsigned large_pages_promote(void);

#endif
