/* SPDX-License-Identifier: MIT */
/*
 * Included before everything: no symbol leaves the image, so references
 * need no GOT; and the ABI's headers expect these types.
 */
#ifndef __ASSEMBLER__
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#pragma GCC visibility push(hidden)
#endif
