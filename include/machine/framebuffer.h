/* SPDX-License-Identifier: MIT */
/* A linear framebuffer with direct colours, as VBE and GOP set one up. */
#ifndef MACHINE_FRAMEBUFFER_H
#define MACHINE_FRAMEBUFFER_H

#include <stdint.h>

#include <machine/screen.h>

struct colour_field {
    uint8_t position, size;     /* bits */
};

struct framebuffer {
    uint32_t pitch;             /* bytes from a line to the next */
    uint32_t width, height;     /* pixels */
    uint8_t depth;              /* bits a pixel */
    struct colour_field red, green, blue;
};

/*
 * Whether it can be drawn on: 15, 16, 24 or 32 bits a pixel, the colours
 * inside them, lines that fit their pitch.
 */
bool framebuffer_is_usable(const struct framebuffer *framebuffer);

/* Bytes from its first to its last pixel; of a usable one. */
uint64_t framebuffer_size(const struct framebuffer *framebuffer);

/* The screen that a usable framebuffer, mapped at `pixels`, makes. */
const struct screen *
framebuffer_set_up(const struct framebuffer *framebuffer,
                   volatile void *pixels);

/* It is mapped elsewhere from now on; nothing without a framebuffer. */
void framebuffer_move(volatile void *pixels);

#endif
