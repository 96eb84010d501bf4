/* SPDX-License-Identifier: MIT */
/* A queue of bytes; `in` and `out` count for ever and wrap at 2^32. */
#ifndef LIB_BYTE_RING_H
#define LIB_BYTE_RING_H

#include <stddef.h>
#include <stdint.h>

struct byte_ring {
    char *bytes;
    uint32_t size;              /* a power of 2 */
    uint32_t in, out;
};

static inline size_t byte_ring_used(const struct byte_ring *ring)
{
    return ring->in - ring->out;
}

static inline size_t byte_ring_room(const struct byte_ring *ring)
{
    return ring->size - byte_ring_used(ring);
}

/* Returns how many of the bytes there was room for. */
static inline size_t byte_ring_put(struct byte_ring *ring, const char *bytes,
                                   size_t length)
{
    size_t room = byte_ring_room(ring);

    if (length > room)
        length = room;
    for (size_t i = 0; i < length; i++)
        ring->bytes[ring->in++ & (ring->size - 1)] = bytes[i];
    return length;
}

/* The next byte, which must be there. */
static inline uint8_t byte_ring_get(struct byte_ring *ring)
{
    return (uint8_t)ring->bytes[ring->out++ & (ring->size - 1)];
}

#endif
