/* SPDX-License-Identifier: MIT */
/* What .xz and .lzma share. */
#ifndef GUEST_LIBLZMA_GLUE_H
#define GUEST_LIBLZMA_GLUE_H

#include <guest/unpack.h>

#include <lzma.h>

/* For as long as `heap` lives. */
lzma_allocator liblzma_allocator(struct unpack_heap *heap);

/*
 * The dictionary to allocate where the stream asks for `asked` bytes: the
 * distance of a match is never longer than what has already come out.
 */
uint32_t liblzma_dictionary(uint32_t asked, size_t out_size);

/* Decode to the end of what `stream` was set up for. */
enum kernel_error liblzma_finish(lzma_stream *stream,
                                 const struct unpack_job *job);

#endif
