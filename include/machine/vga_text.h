/* SPDX-License-Identifier: MIT */
/* IBM VGA in a text mode: cells of a character and an attribute byte. */
#ifndef MACHINE_VGA_TEXT_H
#define MACHINE_VGA_TEXT_H

#include <machine/screen.h>

#define VGA_TEXT_ADDRESS  0xb8000       /* physical */
#define VGA_TEXT_SIZE     0x8000

/* The screen whose cells are mapped at `cells`; there is one only. */
const struct screen *vga_text_set_up(volatile void *cells, unsigned columns,
                                     unsigned rows);

/* Where the hardware's cursor stands, whoever placed it. */
void vga_text_cursor(unsigned columns, unsigned *column, unsigned *row);

#endif
