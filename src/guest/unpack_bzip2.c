/* SPDX-License-Identifier: MIT */
#include <guest/unpack.h>

#define BZ_NO_STDIO
#include <bzlib.h>

static void *take(void *heap, int nr, int size)
{
    return unpack_heap_take(heap, nr, size);
}

static void drop(void *heap, void *memory)
{
    (void)heap;
    (void)memory;
}

/* Run until the stream's end, an error, or a call that did nothing. */
static int run(bz_stream *stream)
{
    unsigned in_left, out_left;
    int status;

    do {
        in_left = stream->avail_in;
        out_left = stream->avail_out;
        status = BZ2_bzDecompress(stream);
    } while (status == BZ_OK && (stream->avail_in != in_left
                                 || stream->avail_out != out_left));
    return status;
}

enum kernel_error unpack_bzip2(struct unpack_job *job)
{
    bz_stream stream = {
        .next_in = (char *)job->in,
        .avail_in = job->in_size,
        .next_out = (char *)job->out,
        .avail_out = job->out_size,
        .bzalloc = take,
        .bzfree = drop,
        .opaque = &job->heap,
    };

    if (BZ2_bzDecompressInit(&stream, 0, 0) != BZ_OK)
        return KERNEL_OUT_OF_MEMORY;

    int status = run(&stream);

    if (status == BZ_OK || status == BZ_MEM_ERROR)
        return unpack_stopped(job, stream.avail_in, stream.avail_out);
    if (status != BZ_STREAM_END || stream.avail_out != 0)
        return KERNEL_BAD_PAYLOAD;
    return KERNEL_OK;
}
