/* SPDX-License-Identifier: MIT */
/*
 * The machine's screen, an output-only console named "vga": rows of
 * characters, on a VGA in text mode or on a framebuffer.
 *
 * The caller decides whether there is one and which: a screen that isn't
 * set up is never written to, nor are the VGA's ports.
 */
#ifndef MACHINE_SCREEN_H
#define MACHINE_SCREEN_H

#include <lib/console.h>

/* Of a larger screen the upper left part is used. */
#define SCREEN_COLUMNS_MAX 256
#define SCREEN_ROWS_MAX    128

struct screen {
    unsigned columns, rows;
    /* All blank, whatever was shown before. */
    void (*clear)(void);
    void (*draw)(unsigned column, unsigned row, char c);
    /* The column may be the one behind the last; NULL: no cursor. */
    void (*place_cursor)(unsigned column, unsigned row);
};

extern const struct console_device screen_console;

/* Until this, the console doesn't start.  *wanted has to stay. */
void screen_set_up(const struct screen *wanted);

/*
 * The guest has the screen from here on.  What is logged is still shown if
 * `keep`, else only what follows console_panic().
 */
void screen_hand_over(bool keep);

#endif
