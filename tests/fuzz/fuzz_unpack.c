/* SPDX-License-Identifier: MIT */
/*
 * The input is a byte that chooses the format, two that tell the unpacked
 * size, and a stream: no bzImage around it that would have to stay right.
 */
/* sources: src/guest/kernel_payload.c src/guest/kernel_unpack.c */
/* sources: src/guest/unpack_gzip.c src/guest/unpack_bzip2.c */
/* sources: src/guest/unpack_xz.c src/guest/unpack_lzma.c */
/* sources: src/guest/unpack_lz4.c src/guest/unpack_zstd.c */
/* libraries: -lz -lbz2 -llzma -llz4 -lzstd */
#include <stdlib.h>

#include <guest/kernel_image.h>
#include <lib/little_endian.h>

#define PREFIX    3u
#define CAPACITY  0x10000u
#define HEAP_SIZE (5u << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t out[CAPACITY], heap[HEAP_SIZE];
    struct kernel_payload payload;
    size_t unpacked;

    if (size < PREFIX + sizeof(uint32_t))       /* a magic number is there */
        return 0;
    payload.data = data + PREFIX;
    payload.size = size - PREFIX;
    payload.compression = COMPRESSION_GZIP + data[0] % COMPRESSION_ZSTD;
    payload.unpacked_size = le16_at(data + 1);
    kernel_payload_heap(&payload);
    kernel_payload_unpack(&payload, out, sizeof(out), heap, sizeof(heap),
                          &unpacked);
    if (unpacked != 0 && unpacked != payload.unpacked_size)
        abort();
    return 0;
}
