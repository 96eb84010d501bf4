/* SPDX-License-Identifier: MIT */
#include <machine/framebuffer.h>

#include <machine/font.h>

#define SUBSTITUTE '?'          /* for what the font doesn't have */
#define FOREGROUND 0xaa         /* VGA's light grey, of 255 */

static struct framebuffer buffer;
static volatile uint8_t *base;
static unsigned pixel_bytes;
static uint32_t foreground;
static struct screen framebuffer_screen;

static unsigned bytes_of(const struct framebuffer *f)
{
    return (f->depth + 7) / 8;
}

static bool is_inside(struct colour_field field, unsigned depth)
{
    return field.size != 0 && field.size <= 16
           && field.position + field.size <= depth;
}

bool framebuffer_is_usable(const struct framebuffer *f)
{
    if (f->depth != 15 && f->depth != 16 && f->depth != 24
        && f->depth != 32)
        return false;
    return is_inside(f->red, f->depth) && is_inside(f->green, f->depth)
           && is_inside(f->blue, f->depth) && f->height != 0
           && f->width != 0 && f->width <= f->pitch / bytes_of(f);
}

uint64_t framebuffer_size(const struct framebuffer *f)
{
    return (uint64_t)f->pitch * (f->height - 1)
           + (uint64_t)f->width * bytes_of(f);
}

/* `level` of 255, in as many bits as the field has. */
static uint32_t colour(struct colour_field field, unsigned level)
{
    uint32_t most = (1u << field.size) - 1;

    return level * most / 255 << field.position;
}

static void put_pixel(volatile uint8_t *at, uint32_t value)
{
    switch (pixel_bytes) {
    case 2:
        *(volatile uint16_t *)at = (uint16_t)value;
        break;
    case 3:
        at[0] = (uint8_t)value;
        at[1] = (uint8_t)(value >> 8);
        at[2] = (uint8_t)(value >> 16);
        break;
    default:
        *(volatile uint32_t *)at = value;
    }
}

static void draw(unsigned column, unsigned row, char c)
{
    const uint8_t *glyph =
        font[(c >= FONT_FIRST && c <= FONT_LAST ? c : SUBSTITUTE)
             - FONT_FIRST];

    for (unsigned y = 0; y < FONT_HEIGHT; y++) {
        volatile uint8_t *line =
            base + (uint64_t)(row * FONT_HEIGHT + y) * buffer.pitch
            + column * FONT_WIDTH * pixel_bytes;

        for (unsigned x = 0; x < FONT_WIDTH; x++)
            put_pixel(line + x * pixel_bytes,
                      glyph[y] << x & 0x80 ? foreground : 0);
    }
}

static void clear(void)
{
    for (unsigned y = 0; y < buffer.height; y++)
        for (unsigned x = 0; x < buffer.width; x++)
            put_pixel(base + (uint64_t)y * buffer.pitch + x * pixel_bytes,
                      0);
}

const struct screen *
framebuffer_set_up(const struct framebuffer *framebuffer,
                   volatile void *pixels)
{
    buffer = *framebuffer;
    base = pixels;
    pixel_bytes = bytes_of(&buffer);
    foreground = colour(buffer.red, FOREGROUND)
                 | colour(buffer.green, FOREGROUND)
                 | colour(buffer.blue, FOREGROUND);
    framebuffer_screen = (struct screen){
        .columns = buffer.width / FONT_WIDTH,
        .rows = buffer.height / FONT_HEIGHT,
        .clear = clear, .draw = draw,
    };
    return &framebuffer_screen;
}

void framebuffer_move(volatile void *pixels)
{
    if (base)
        base = pixels;
}
