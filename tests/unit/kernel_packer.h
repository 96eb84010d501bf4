/* SPDX-License-Identifier: MIT */
/* bzImages for tests, packed as Linux' build packs them. */
#ifndef KERNEL_PACKER_H
#define KERNEL_PACKER_H

#include <guest/kernel_image.h>

/*
 * Pack, with the unpacked size behind it where Linux' build puts it.
 * Returns the length, or 0 when `room` is too small.
 */
size_t pack(enum compression format, const uint8_t *in, size_t in_size,
            uint8_t *out, size_t room);

/* An .xz stream of blocks of block_size with this check and dictionary. */
size_t pack_xz(const uint8_t *in, size_t in_size, size_t block_size,
               unsigned check, uint32_t dictionary, uint8_t *out,
               size_t room);

/* Where wrap_bzimage() puts what. */
enum test_bzimage_layout {
    TEST_BZIMAGE_SETUP_SECTS = 1,
    TEST_BZIMAGE_PROTECTED = 1024,
    TEST_BZIMAGE_PAYLOAD = TEST_BZIMAGE_PROTECTED + 0x40,
    TEST_BZIMAGE_TAIL = 0x20,           /* bytes behind the payload */
};

/* Returns the length; `out` has room for size + 2 KiB. */
size_t wrap_bzimage(const uint8_t *payload, size_t size, uint8_t *out);

#endif
