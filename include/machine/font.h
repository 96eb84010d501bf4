/* SPDX-License-Identifier: MIT */
/* The font for framebuffers, which the build takes from a PSF file. */
#ifndef MACHINE_FONT_H
#define MACHINE_FONT_H

#include <stdint.h>

#define FONT_FIRST  0x20                /* ASCII that can be shown */
#define FONT_LAST   0x7e
#define FONT_WIDTH  8
#define FONT_HEIGHT 16

/* Of each character its lines, the highest bit leftmost. */
extern const uint8_t font[FONT_LAST - FONT_FIRST + 1][FONT_HEIGHT];

#endif
