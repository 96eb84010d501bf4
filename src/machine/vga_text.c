/* SPDX-License-Identifier: MIT */
#include <machine/io.h>
#include <machine/vga_text.h>

#define ATTRIBUTE       0x07    /* light grey on black */

#define CRTC_INDEX      0x3d4
#define CRTC_DATA       0x3d5
#define CRTC_START_HIGH 0x0c
#define CRTC_START_LOW  0x0d
#define CRTC_CURSOR_HIGH 0x0e
#define CRTC_CURSOR_LOW 0x0f

static volatile uint16_t *cells;
static struct screen vga_text;

static void crtc_write(uint8_t reg, unsigned value)
{
    outb(CRTC_INDEX, reg);
    outb(CRTC_DATA, (uint8_t)value);
}

static unsigned crtc_read(uint8_t reg)
{
    outb(CRTC_INDEX, reg);
    return inb(CRTC_DATA);
}

static void place_cursor(unsigned column, unsigned row)
{
    unsigned position = row * vga_text.columns + column;

    crtc_write(CRTC_CURSOR_HIGH, position >> 8);
    crtc_write(CRTC_CURSOR_LOW, position);
}

void vga_text_cursor(unsigned columns, unsigned *column, unsigned *row)
{
    unsigned start = crtc_read(CRTC_START_HIGH) << 8
                     | crtc_read(CRTC_START_LOW);
    unsigned cursor = crtc_read(CRTC_CURSOR_HIGH) << 8
                      | crtc_read(CRTC_CURSOR_LOW);
    unsigned position = cursor - start;

    *column = position % columns;
    *row = position / columns;
}

static void draw(unsigned column, unsigned row, char c)
{
    cells[row * vga_text.columns + column] =
        (uint16_t)(ATTRIBUTE << 8 | (unsigned char)c);
}

static void clear(void)
{
    for (unsigned row = 0; row < vga_text.rows; row++)
        for (unsigned column = 0; column < vga_text.columns; column++)
            draw(column, row, ' ');
    crtc_write(CRTC_START_HIGH, 0);
    crtc_write(CRTC_START_LOW, 0);
    place_cursor(0, 0);
}

const struct screen *vga_text_set_up(volatile void *mapped, unsigned columns,
                                     unsigned rows)
{
    cells = mapped;
    vga_text = (struct screen){
        .columns = columns, .rows = rows, .clear = clear, .draw = draw,
        .place_cursor = place_cursor,
    };
    return &vga_text;
}
