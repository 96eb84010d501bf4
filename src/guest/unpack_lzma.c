/* SPDX-License-Identifier: MIT */
#include "liblzma_glue.h"

#include <lib/little_endian.h>
#include <lib/string.h>

/* Properties, dictionary size, unpacked size: the .lzma file's header. */
enum lzma_header {
    HEADER_DICTIONARY = 1,
    HEADER_SIZE = 13,
};

static void *take(void *heap, size_t nr, size_t size)
{
    return unpack_heap_take(heap, nr, size);
}

static void drop(void *heap, void *memory)
{
    (void)heap;
    (void)memory;
}

lzma_allocator liblzma_allocator(struct unpack_heap *heap)
{
    return (lzma_allocator){ take, drop, heap };
}

uint32_t liblzma_dictionary(uint32_t asked, size_t out_size)
{
    if (asked <= out_size)
        return asked;
    return out_size < LZMA_DICT_SIZE_MIN ? LZMA_DICT_SIZE_MIN : out_size;
}

enum kernel_error liblzma_finish(lzma_stream *stream,
                                 const struct unpack_job *job)
{
    lzma_ret status;

    do {
        status = lzma_code(stream, LZMA_FINISH);
    } while (status == LZMA_OK);

    switch (status) {
    case LZMA_STREAM_END:
        return KERNEL_OK;
    case LZMA_MEM_ERROR:
    case LZMA_BUF_ERROR:
        return unpack_stopped(job, stream->avail_in, stream->avail_out);
    default:
        return KERNEL_BAD_PAYLOAD;
    }
}

size_t unpack_lzma_dictionary(const uint8_t *in, size_t in_size)
{
    return in_size < HEADER_SIZE ? 0 : le32_at(in + HEADER_DICTIONARY);
}

enum kernel_error unpack_lzma(struct unpack_job *job)
{
    lzma_allocator allocator = liblzma_allocator(&job->heap);
    lzma_stream stream = LZMA_STREAM_INIT;
    uint8_t header[HEADER_SIZE];
    uint32_t dictionary;
    enum kernel_error error;

    if (job->in_size < HEADER_SIZE)
        return KERNEL_BAD_PAYLOAD;
    stream.allocator = &allocator;
    if (lzma_alone_decoder(&stream, UINT64_MAX) != LZMA_OK)
        return KERNEL_OUT_OF_MEMORY;

    memcpy(header, job->in, HEADER_SIZE);
    dictionary = liblzma_dictionary(le32_at(header + HEADER_DICTIONARY),
                                    job->out_size);
    memcpy(header + HEADER_DICTIONARY, &dictionary, sizeof(dictionary));

    stream.next_in = header;
    stream.avail_in = HEADER_SIZE;
    stream.next_out = job->out;
    stream.avail_out = job->out_size;
    if (lzma_code(&stream, LZMA_RUN) != LZMA_OK || stream.avail_in != 0)
        return unpack_stopped(job, 0, stream.avail_out);

    stream.next_in = job->in + HEADER_SIZE;
    stream.avail_in = job->in_size - HEADER_SIZE;
    error = liblzma_finish(&stream, job);
    if (error == KERNEL_OK && stream.avail_out != 0)
        return KERNEL_BAD_PAYLOAD;
    return error;
}
