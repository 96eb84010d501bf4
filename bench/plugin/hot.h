/* SPDX-License-Identifier: MIT */
/* How often each address was executed. */
#ifndef BENCH_HOT_H
#define BENCH_HOT_H

#include <stdint.h>
#include <stdio.h>

/* The counter of an address, for as long as the program runs; NULL when
 * there are more addresses than anything that is worth measuring has. */
uint64_t *hot_counter(uint64_t address);

/* Sets every counter to 0. */
void hot_reset(void);

/* Prints a line "hot ADDRESS COUNT" for each that isn't 0. */
void hot_print(FILE *file);

#endif
