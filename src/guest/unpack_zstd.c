/* SPDX-License-Identifier: MIT */
#include <guest/unpack.h>

/* For an allocator of one's own, which needs the static library. */
#define ZSTD_STATIC_LINKING_ONLY
#include <zstd.h>
#include <zstd_errors.h>

static void *take(void *heap, size_t size)
{
    return unpack_heap_take(heap, 1, size);
}

static void drop(void *heap, void *memory)
{
    (void)heap;
    (void)memory;
}

enum kernel_error unpack_zstd(struct unpack_job *job)
{
    ZSTD_customMem memory = { take, drop, &job->heap };
    ZSTD_DCtx *context = ZSTD_createDCtx_advanced(memory);

    if (context == NULL)
        return KERNEL_OUT_OF_MEMORY;

    /* In one call the output serves as window, however large that is. */
    size_t made = ZSTD_decompressDCtx(context, job->out, job->out_size,
                                      job->in, job->in_size);

    switch (ZSTD_getErrorCode(made)) {
    case ZSTD_error_no_error:
        return made == job->out_size ? KERNEL_OK : KERNEL_BAD_PAYLOAD;
    case ZSTD_error_dstSize_tooSmall:
        return KERNEL_PAYLOAD_TOO_LARGE;
    case ZSTD_error_memory_allocation:
        return KERNEL_OUT_OF_MEMORY;
    default:
        return KERNEL_BAD_PAYLOAD;
    }
}
