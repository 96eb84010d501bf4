/* SPDX-License-Identifier: MIT */
/*
 * The VGA's text screen, an output-only console named "vga".
 *
 * The caller decides whether there is one (boot_video type): a screen that
 * isn't set up is never written to, nor are the VGA's ports.
 */
#ifndef MACHINE_VGA_TEXT_H
#define MACHINE_VGA_TEXT_H

#include <lib/console.h>

#define VGA_TEXT_ADDRESS  0xb8000       /* physical */
#define VGA_TEXT_COLUMNS  80
#define VGA_TEXT_ROWS     25

extern const struct console_device vga_text_console;

/*
 * The screen is mapped at `cells`: columns * rows cells of a character and
 * an attribute.  Until then the console doesn't start.
 */
void vga_text_set_up(volatile void *cells, unsigned columns, unsigned rows);

/*
 * The guest has the screen from here on: nothing is written any more, but
 * what follows console_panic().
 */
void vga_text_hand_over(void);

#endif
