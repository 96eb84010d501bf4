/* SPDX-License-Identifier: MIT */
#ifndef LIB_NUMBER_H
#define LIB_NUMBER_H

#include <stdint.h>

/*
 * The number at the start of a text that ends at `end`, as C writes them: 0x
 * and hexadecimal, 0 and octal, or decimal.  Returns what follows it; NULL if
 * there is none, or none that 64 bits can hold.
 */
const char *number_parse(const char *text, const char *end, uint64_t *value);

#endif
