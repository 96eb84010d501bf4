/* SPDX-License-Identifier: MIT */
/*
 * All general registers, flags and SSE registers over an event: whatever the
 * way into the kernel and back, a program must find them as they were.
 */
#ifndef REGISTERS_H
#define REGISTERS_H

#include "check.h"

struct registers {
    uint64_t general[16];       /* in the order of their encoding */
    uint64_t flags;
    uint64_t sse[16][2];
    uint64_t resume;            /* address behind the event */
};

extern struct registers registers_before, registers_after;

/* Fills `registers_before` with patterns; RAX gets `accumulator`. */
void registers_prepare(uint64_t accumulator);

/*
 * Writes which registers differ, or "all registers kept". RCX is called
 * "resume" when it holds the address behind the event, and R11 "flags" when it
 * holds the flags, as after SYSCALL.
 */
void registers_compare(char *text, size_t size);

/*
 * Loads the registers, runs `event` (asm text), compares. RSP stays the
 * compiler's; the event must leave it alone.
 */
#define REGISTERS_OVER(text, event) \
    REGISTERS_OVER_CALL(text, event, 0x0123456789abcdef)

#define REGISTERS_OVER_CALL(text, event, accumulator) \
    do { \
        registers_prepare(accumulator); \
        asm volatile("call registers_load\n\t" event "\n79:\t" \
                     "call registers_store\n\t" \
                     "lea 79b(%%rip), %%rax\n\t" \
                     "mov %%rax, registers_after+%c0(%%rip)" \
                     : : "i"(offsetof(struct registers, resume)) \
                     : "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "r8", "r9", \
                       "r10", "r11", "r12", "r13", "r14", "r15", "cc", \
                       "memory", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", \
                       "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", \
                       "xmm11", "xmm12", "xmm13", "xmm14", "xmm15"); \
        registers_compare(text, sizeof(text)); \
    } while (0)

#endif
