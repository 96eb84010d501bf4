/* SPDX-License-Identifier: MIT */
/*
 * Between kernel_payload_unpack() and the compression libraries: one
 * function a format, each with the same contract.
 */
#ifndef GUEST_UNPACK_H
#define GUEST_UNPACK_H

#include <guest/kernel_image.h>

/* Memory is only ever taken: all of it is dropped when a job is done. */
struct unpack_heap {
    uint8_t *next;
    size_t left;
    bool exhausted;             /* something did not fit */
};

/* As malloc() and calloc(): nr * size bytes, 16-aligned, or NULL. */
void *unpack_heap_take(struct unpack_heap *heap, size_t nr, size_t size);

struct unpack_job {
    const uint8_t *in;
    size_t in_size;
    uint8_t *out;
    size_t out_size;            /* exactly what has to come out */
    struct unpack_heap heap;
};

/*
 * KERNEL_OK when the stream was whole and gave out_size bytes; else
 * KERNEL_BAD_PAYLOAD, KERNEL_OUT_OF_MEMORY, or KERNEL_PAYLOAD_TOO_LARGE
 * when out_size bytes were there and the stream had more.
 */
enum kernel_error unpack_gzip(struct unpack_job *job);
enum kernel_error unpack_bzip2(struct unpack_job *job);
enum kernel_error unpack_xz(struct unpack_job *job);
enum kernel_error unpack_lzma(struct unpack_job *job);
enum kernel_error unpack_lz4(struct unpack_job *job);
enum kernel_error unpack_zstd(struct unpack_job *job);

/*
 * What a library that stopped without finishing its stream means: out of
 * heap, out of room, or out of input.
 */
enum kernel_error unpack_stopped(const struct unpack_job *job,
                                 size_t in_left, size_t out_left);

/* Bytes of dictionary the stream asks for; 0 if its header is broken. */
size_t unpack_xz_dictionary(const uint8_t *in, size_t in_size);
size_t unpack_lzma_dictionary(const uint8_t *in, size_t in_size);

#endif
