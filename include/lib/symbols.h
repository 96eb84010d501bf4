/* SPDX-License-Identifier: MIT */
/*
 * The names of our functions, for backtraces.  tools/symbols makes the table
 * from the image's first link.
 */
#ifndef LIB_SYMBOLS_H
#define LIB_SYMBOLS_H

#include <stdint.h>

struct symbol {
    uint32_t offset;            /* from IMAGE_BASE; ascending */
    uint32_t name;              /* from symbol_names */
};
_Static_assert(sizeof(struct symbol) == 8, "as tools/symbols writes it");

/* The last one has no name and is where the text before it ends. */
extern const uint32_t nr_symbols;
extern const struct symbol symbols[];
extern const char symbol_names[];

/*
 * The function that `address` lies in, and how far behind its start.  NULL
 * if it lies in none of ours; *offset is left alone then.
 */
const char *symbol_find(uint64_t address, uint64_t *offset);

#endif
