/* SPDX-License-Identifier: MIT */
/*
 * liblzma's one-call decoder allocates the dictionary that the stream asks
 * for, which Linux' build sets to 128 MiB; taking the stream apart here
 * lets it be as small as the kernel is.  The parts are those of The .xz
 * File Format 1.1.0: stream header, blocks, index, stream footer.
 */
#include "liblzma_glue.h"

#include <stdalign.h>
#include <stddef.h>

#define INDEX_INDICATOR 0u              /* where a block has its size */

struct xz_reader {
    struct unpack_job *job;
    const lzma_allocator *allocator;
    size_t in_position;
    size_t out_position;
    lzma_stream_flags flags;
    lzma_index_hash *index;
};

/* The options of the LZMA2 filter, which is the last one of a chain. */
static lzma_options_lzma *lzma2_options(const lzma_filter *filters)
{
    for (; filters->id != LZMA_VLI_UNKNOWN; filters++)
        if (filters->id == LZMA_FILTER_LZMA2)
            return filters->options;
    return NULL;
}

/* KERNEL_OK: block->filters hold options that the allocator gave. */
static enum kernel_error read_block_header(const uint8_t *in, size_t size,
                                           lzma_block *block,
                                           const lzma_allocator *allocator)
{
    if (size == 0 || in[0] == INDEX_INDICATOR)
        return KERNEL_BAD_PAYLOAD;
    block->header_size = lzma_block_header_size_decode(in[0]);
    if (block->header_size > size)
        return KERNEL_BAD_PAYLOAD;

    switch (lzma_block_header_decode(block, allocator, in)) {
    case LZMA_OK:
        return lzma2_options(block->filters) != NULL ? KERNEL_OK
                                                     : KERNEL_BAD_PAYLOAD;
    case LZMA_MEM_ERROR:
        return KERNEL_OUT_OF_MEMORY;
    default:
        return KERNEL_BAD_PAYLOAD;
    }
}

static enum kernel_error read_block_data(struct xz_reader *reader,
                                         lzma_block *block)
{
    struct unpack_job *job = reader->job;
    lzma_stream stream = LZMA_STREAM_INIT;
    enum kernel_error error;

    stream.allocator = reader->allocator;
    switch (lzma_block_decoder(&stream, block)) {
    case LZMA_OK:
        break;
    case LZMA_MEM_ERROR:
        return KERNEL_OUT_OF_MEMORY;
    default:
        return KERNEL_BAD_PAYLOAD;
    }

    stream.next_in = job->in + reader->in_position;
    stream.avail_in = job->in_size - reader->in_position;
    stream.next_out = job->out + reader->out_position;
    stream.avail_out = job->out_size - reader->out_position;
    error = liblzma_finish(&stream, job);
    reader->in_position = job->in_size - stream.avail_in;
    reader->out_position = job->out_size - stream.avail_out;
    return error;
}

static enum kernel_error read_block(struct xz_reader *reader)
{
    struct unpack_job *job = reader->job;
    struct unpack_heap before = job->heap;
    lzma_filter filters[LZMA_FILTERS_MAX + 1];
    lzma_block block = { .version = 1, .check = reader->flags.check,
                         .filters = filters };
    lzma_options_lzma *options;
    enum kernel_error error;

    error = read_block_header(job->in + reader->in_position,
                              job->in_size - reader->in_position, &block,
                              reader->allocator);
    if (error != KERNEL_OK)
        return error;
    reader->in_position += block.header_size;

    options = lzma2_options(filters);
    options->dict_size = liblzma_dictionary(options->dict_size,
                                            job->out_size);
    error = read_block_data(reader, &block);
    if (error != KERNEL_OK)
        return error;

    job->heap = before;         /* the next block's decoder is a new one */
    if (lzma_index_hash_append(reader->index,
                               lzma_block_unpadded_size(&block),
                               block.uncompressed_size) != LZMA_OK)
        return KERNEL_BAD_PAYLOAD;
    return KERNEL_OK;
}

static enum kernel_error read_index(struct xz_reader *reader)
{
    const struct unpack_job *job = reader->job;
    lzma_stream_flags footer;

    if (lzma_index_hash_decode(reader->index, job->in, &reader->in_position,
                               job->in_size) != LZMA_STREAM_END)
        return KERNEL_BAD_PAYLOAD;
    if (job->in_size - reader->in_position < LZMA_STREAM_HEADER_SIZE)
        return KERNEL_BAD_PAYLOAD;
    if (lzma_stream_footer_decode(&footer, job->in + reader->in_position)
            != LZMA_OK
        || lzma_stream_flags_compare(&reader->flags, &footer) != LZMA_OK
        || footer.backward_size != lzma_index_hash_size(reader->index))
        return KERNEL_BAD_PAYLOAD;
    return KERNEL_OK;
}

static enum kernel_error read_blocks(struct xz_reader *reader)
{
    const struct unpack_job *job = reader->job;
    enum kernel_error error = KERNEL_OK;

    while (error == KERNEL_OK) {
        if (reader->in_position == job->in_size)
            return KERNEL_BAD_PAYLOAD;
        if (job->in[reader->in_position] == INDEX_INDICATOR)
            return read_index(reader);
        error = read_block(reader);
    }
    return error;
}

/*
 * The checks that a kernel's own decompressor knows.  liblzma's CRC64 must
 * not be met here: a constructor chooses its code, and none are run.
 */
static bool is_usable_check(lzma_check check)
{
    return check == LZMA_CHECK_NONE || check == LZMA_CHECK_CRC32;
}

enum kernel_error unpack_xz(struct unpack_job *job)
{
    lzma_allocator allocator = liblzma_allocator(&job->heap);
    struct xz_reader reader = { .job = job, .allocator = &allocator,
                                .in_position = LZMA_STREAM_HEADER_SIZE };
    enum kernel_error error;

    if (job->in_size < LZMA_STREAM_HEADER_SIZE
        || lzma_stream_header_decode(&reader.flags, job->in) != LZMA_OK)
        return KERNEL_BAD_PAYLOAD;
    if (!is_usable_check(reader.flags.check))
        return KERNEL_UNKNOWN_COMPRESSION;
    reader.index = lzma_index_hash_init(NULL, &allocator);
    if (reader.index == NULL)
        return KERNEL_OUT_OF_MEMORY;

    error = read_blocks(&reader);
    if (error == KERNEL_OK && reader.out_position != job->out_size)
        return KERNEL_BAD_PAYLOAD;
    return error;
}

size_t unpack_xz_dictionary(const uint8_t *in, size_t in_size)
{
    alignas(max_align_t) uint8_t memory[4 * sizeof(lzma_options_lzma)];
    struct unpack_heap heap = { .next = memory, .left = sizeof(memory) };
    lzma_allocator allocator = liblzma_allocator(&heap);
    lzma_filter filters[LZMA_FILTERS_MAX + 1];
    lzma_block block = { .version = 1, .filters = filters };
    lzma_stream_flags flags;

    if (in_size < LZMA_STREAM_HEADER_SIZE
        || lzma_stream_header_decode(&flags, in) != LZMA_OK)
        return 0;
    block.check = flags.check;
    if (read_block_header(in + LZMA_STREAM_HEADER_SIZE,
                          in_size - LZMA_STREAM_HEADER_SIZE, &block,
                          &allocator) != KERNEL_OK)
        return 0;
    return lzma2_options(filters)->dict_size;
}
