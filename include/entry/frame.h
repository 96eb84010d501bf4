/* SPDX-License-Identifier: MIT */
/*
 * The interrupted context, as the entry stubs leave it on the stack, lowest
 * address first.  From rip on it is what hardware pushed (SDM volume 3,
 * 6.14.2); without an error code a 0 stands in its place.
 */
#ifndef ENTRY_FRAME_H
#define ENTRY_FRAME_H

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

struct frame {
    uint64_t r15, r14, r13, r12, rbp, rbx;
    uint64_t r11, r10, r9, r8, rax, rcx, rdx, rsi, rdi;
    uint64_t vector;
    uint64_t error;
    uint64_t rip, cs, rflags, rsp, ss;
};

static_assert(sizeof(struct frame) == 22 * 8, "pushed by vectors.S");

static inline bool frame_from_user(const struct frame *frame)
{
    return frame->cs & 3;
}

/* In cs of a guest's frame: saved_upcall_mask (struct cpu_user_regs). */
#define FRAME_SAVED_MASK (1ull << 32)

/* Vectors for which hardware pushes an error code (SDM volume 3, 6.3.1). */
#define VECTORS_WITH_ERROR 0x60227d00u

static inline bool vector_has_error(unsigned vector)
{
    return vector < 32 && (VECTORS_WITH_ERROR >> vector & 1);
}

#endif
