/* SPDX-License-Identifier: MIT */
/*
 * The legacy frame: a magic number, then blocks, each a length and that
 * many bytes of LZ4; nothing marks the end but the end of the file.  A
 * block unpacks to 8 MiB, the last one to at most that.
 */
#include <guest/unpack.h>
#include <lib/little_endian.h>

#include <lz4.h>

#define MAGIC_SIZE  4u
#define LENGTH_SIZE 4u
#define BLOCK_MAX   (8u << 20)

enum kernel_error unpack_lz4(struct unpack_job *job)
{
    const uint8_t *in = job->in + MAGIC_SIZE;
    size_t in_left = job->in_size - MAGIC_SIZE;
    uint8_t *out = job->out;
    size_t out_left = job->out_size;

    while (in_left > 0) {
        if (in_left < LENGTH_SIZE)
            return KERNEL_BAD_PAYLOAD;

        uint32_t length = le32_at(in);
        size_t room = out_left < BLOCK_MAX ? out_left : BLOCK_MAX;

        in += LENGTH_SIZE;
        in_left -= LENGTH_SIZE;
        if (length == 0 || length > in_left
            || length > LZ4_COMPRESSBOUND(BLOCK_MAX))
            return KERNEL_BAD_PAYLOAD;
        if (out_left == 0)
            return KERNEL_PAYLOAD_TOO_LARGE;

        int made = LZ4_decompress_safe((const char *)in, (char *)out,
                                       length, room);

        if (made < 0)
            return KERNEL_BAD_PAYLOAD;
        in += length;
        in_left -= length;
        out += made;
        out_left -= made;
    }
    return out_left == 0 ? KERNEL_OK : KERNEL_BAD_PAYLOAD;
}
