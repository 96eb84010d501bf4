/* SPDX-License-Identifier: MIT */
/* IBM VGA, text modes: cells of a character and an attribute byte. */
#include <machine/io.h>
#include <machine/vga_text.h>

#define ATTRIBUTE       0x07    /* light grey on black */
#define BLANK           (ATTRIBUTE << 8 | ' ')
#define TAB             8

#define CRTC_INDEX      0x3d4
#define CRTC_DATA       0x3d5
#define CRTC_START_HIGH 0x0c
#define CRTC_START_LOW  0x0d
#define CRTC_CURSOR_HIGH 0x0e
#define CRTC_CURSOR_LOW 0x0f

static volatile uint16_t *screen;
static unsigned columns, rows;
static unsigned column, row;
static bool handed_over;

void vga_text_set_up(volatile void *cells, unsigned wanted_columns,
                     unsigned wanted_rows)
{
    screen = cells;
    columns = wanted_columns;
    rows = wanted_rows;
}

void vga_text_hand_over(void)
{
    handed_over = true;
}

static void crtc_write(uint8_t reg, unsigned value)
{
    outb(CRTC_INDEX, reg);
    outb(CRTC_DATA, (uint8_t)value);
}

static void place_cursor(void)
{
    unsigned position = row * columns + column;

    crtc_write(CRTC_CURSOR_HIGH, position >> 8);
    crtc_write(CRTC_CURSOR_LOW, position);
}

static void clear(void)
{
    for (unsigned i = 0; i < columns * rows; i++)
        screen[i] = BLANK;
    row = 0;
    column = 0;
    crtc_write(CRTC_START_HIGH, 0);
    crtc_write(CRTC_START_LOW, 0);
}

static void next_row(void)
{
    unsigned last = (rows - 1) * columns;

    column = 0;
    if (row < rows - 1) {
        row++;
        return;
    }

    /* Reading video memory is slow, but keeps no copy of the screen. */
    for (unsigned i = 0; i < last; i++)
        screen[i] = screen[i + columns];
    for (unsigned i = last; i < last + columns; i++)
        screen[i] = BLANK;
}

static void put_printable(char c)
{
    /* Only now, so that a line of full width leaves no blank one behind. */
    if (column == columns)
        next_row();
    screen[row * columns + column] =
        (uint16_t)(ATTRIBUTE << 8 | (unsigned char)c);
    column++;
}

static void put(char c)
{
    switch (c) {
    case '\n':
        next_row();
        break;
    case '\r':
        column = 0;
        break;
    case '\b':
        if (column != 0)
            column--;
        break;
    case '\t':
        do
            put_printable(' ');
        while (column % TAB != 0 && column < columns);
        break;
    default:
        if ((unsigned char)c >= ' ')
            put_printable(c);
        break;
    }
}

static void vga_write(const char *text, size_t length)
{
    if (handed_over)
        return;
    for (size_t i = 0; i < length; i++)
        put(text[i]);
    place_cursor();
}

static bool vga_start(const char *settings)
{
    (void)settings;

    if (screen == NULL || columns == 0 || rows == 0)
        return false;
    clear();
    place_cursor();
    return true;
}

static void vga_set_mode(enum console_mode mode)
{
    /* The guest has scrolled and drawn; start on a screen of our own. */
    if (mode == CONSOLE_PANIC && handed_over) {
        handed_over = false;
        clear();
    }
}

const struct console_device vga_text_console = {
    .name = "vga",
    .start = vga_start,
    .write = vga_write,
    .set_mode = vga_set_mode,
};
