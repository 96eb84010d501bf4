/* SPDX-License-Identifier: MIT */
#include <guest/unpack.h>

#include <zlib.h>

#define GZIP_ONLY 16                    /* added to windowBits, see zlib.h */

static voidpf take(voidpf heap, uInt nr, uInt size)
{
    return unpack_heap_take(heap, nr, size);
}

static void drop(voidpf heap, voidpf memory)
{
    (void)heap;
    (void)memory;
}

enum kernel_error unpack_gzip(struct unpack_job *job)
{
    z_stream stream = {
        .next_in = (z_const Bytef *)job->in,
        .avail_in = job->in_size,
        .next_out = job->out,
        .avail_out = job->out_size,
        .zalloc = take,
        .zfree = drop,
        .opaque = &job->heap,
    };

    if (inflateInit2(&stream, GZIP_ONLY + MAX_WBITS) != Z_OK)
        return KERNEL_OUT_OF_MEMORY;

    int status = inflate(&stream, Z_FINISH);

    if (status == Z_DATA_ERROR)
        return KERNEL_BAD_PAYLOAD;
    if (status != Z_STREAM_END)
        return unpack_stopped(job, stream.avail_in, stream.avail_out);
    return stream.avail_out == 0 ? KERNEL_OK : KERNEL_BAD_PAYLOAD;
}
