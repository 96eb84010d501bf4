/* SPDX-License-Identifier: MIT */
/* The input is a kernel as the loader left it: a bzImage or an ELF file. */
/* sources: src/guest/kernel_payload.c src/guest/kernel_unpack.c */
/* sources: src/guest/unpack_gzip.c src/guest/unpack_bzip2.c */
/* sources: src/guest/unpack_xz.c src/guest/unpack_lzma.c */
/* sources: src/guest/unpack_lz4.c src/guest/unpack_zstd.c */
/* libraries: -lz -lbz2 -llzma -llz4 -lzstd */
#include <stdlib.h>

#include <guest/kernel_image.h>

#define CAPACITY  (64u << 10)
#define HEAP_SIZE (5u << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t out[CAPACITY], heap[HEAP_SIZE];
    struct kernel_payload payload;
    size_t unpacked;

    if (kernel_payload_find(data, size, &payload) != KERNEL_OK)
        return 0;
    if (payload.data < data || payload.size > size
        || payload.data + payload.size > data + size)
        abort();
    kernel_payload_heap(&payload);
    kernel_payload_unpack(&payload, out, sizeof(out), heap, sizeof(heap),
                          &unpacked);
    if (unpacked != 0 && unpacked != payload.unpacked_size)
        abort();
    return 0;
}
