/* SPDX-License-Identifier: MIT */
#include <guest/unpack.h>
#include <lib/string.h>

#define HEAP_ALIGN 16u

/* What each library takes besides dictionaries, with some room. */
#define GZIP_HEAP  (64ul << 10)
#define BZIP2_HEAP (4ul << 20)          /* blocks of 900 kB */
#define XZ_HEAP    (256ul << 10)
#define ZSTD_HEAP  (256ul << 10)        /* the window is the output itself */

void *unpack_heap_take(struct unpack_heap *heap, size_t nr, size_t size)
{
    size_t bytes;
    void *taken = heap->next;

    if (__builtin_mul_overflow(nr, size, &bytes)
        || bytes > heap->left - heap->left % HEAP_ALIGN) {
        heap->exhausted = true;
        return NULL;
    }
    bytes = (bytes + HEAP_ALIGN - 1) & ~(size_t)(HEAP_ALIGN - 1);
    heap->next += bytes;
    heap->left -= bytes;
    return taken;
}

/* An empty one for a heap that is too small to be aligned. */
static struct unpack_heap heap_in(void *memory, size_t size)
{
    size_t skip = -(uintptr_t)memory % HEAP_ALIGN;

    if (memory == NULL || skip > size)
        return (struct unpack_heap){ .next = NULL };
    return (struct unpack_heap){ .next = (uint8_t *)memory + skip,
                                 .left = size - skip };
}

enum kernel_error unpack_stopped(const struct unpack_job *job,
                                 size_t in_left, size_t out_left)
{
    if (job->heap.exhausted)
        return KERNEL_OUT_OF_MEMORY;
    if (out_left == 0 && in_left > 0)
        return KERNEL_PAYLOAD_TOO_LARGE;
    return KERNEL_BAD_PAYLOAD;
}

static enum kernel_error copy(struct unpack_job *job)
{
    memmove(job->out, job->in, job->out_size);
    return KERNEL_OK;
}

typedef enum kernel_error unpacker(struct unpack_job *job);

static unpacker *const unpackers[] = {
    [COMPRESSION_NONE] = copy,
    [COMPRESSION_GZIP] = unpack_gzip,
    [COMPRESSION_BZIP2] = unpack_bzip2,
    [COMPRESSION_XZ] = unpack_xz,
    [COMPRESSION_LZMA] = unpack_lzma,
    [COMPRESSION_LZ4] = unpack_lz4,
    [COMPRESSION_ZSTD] = unpack_zstd,
};

#define NR_UNPACKERS (sizeof(unpackers) / sizeof(unpackers[0]))

enum kernel_error kernel_payload_unpack(const struct kernel_payload *payload,
                                        void *out, size_t capacity,
                                        void *heap, size_t heap_size,
                                        size_t *unpacked)
{
    struct unpack_job job = {
        .in = payload->data,
        .in_size = payload->size,
        .out = out,
        .out_size = payload->unpacked_size,
        .heap = heap_in(heap, heap_size),
    };
    enum kernel_error error;

    *unpacked = 0;
    if (payload->compression >= NR_UNPACKERS)
        return KERNEL_UNKNOWN_COMPRESSION;
    if (payload->unpacked_size > capacity)
        return KERNEL_PAYLOAD_TOO_LARGE;
    if (payload->unpacked_size == 0)
        return KERNEL_BAD_PAYLOAD;

    error = unpackers[payload->compression](&job);
    if (error == KERNEL_OK)
        *unpacked = payload->unpacked_size;
    return error;
}

/* No stream refers further back than to its own start. */
static size_t dictionary_heap(const struct kernel_payload *payload,
                              size_t dictionary)
{
    if (dictionary > payload->unpacked_size)
        dictionary = payload->unpacked_size;
    return dictionary + XZ_HEAP;
}

size_t kernel_payload_heap(const struct kernel_payload *payload)
{
    const uint8_t *data = payload->data;

    switch (payload->compression) {
    case COMPRESSION_NONE:
    case COMPRESSION_LZ4:
        break;
    case COMPRESSION_GZIP:
        return GZIP_HEAP;
    case COMPRESSION_BZIP2:
        return BZIP2_HEAP;
    case COMPRESSION_XZ:
        return dictionary_heap(payload,
                               unpack_xz_dictionary(data, payload->size));
    case COMPRESSION_LZMA:
        return dictionary_heap(payload,
                               unpack_lzma_dictionary(data, payload->size));
    case COMPRESSION_ZSTD:
        return ZSTD_HEAP;
    }
    return 0;
}
