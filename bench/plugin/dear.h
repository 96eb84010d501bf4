/* SPDX-License-Identifier: MIT */
/*
 * The instructions that cost far more than most, and so are counted by
 * themselves.
 */
#ifndef BENCH_DEAR_H
#define BENCH_DEAR_H

#include <stddef.h>
#include <stdint.h>

#define DEAR_INSTRUCTIONS(X)                                                \
    X(cr3) X(cr4) X(invlpg) X(wrmsr) X(rdmsr) X(iret) X(sysret) X(syscall)  \
    X(cpuid) X(port) X(swapgs) X(hlt) X(vmentry)

enum dear {
#define X(name) DEAR_##name,
    DEAR_INSTRUCTIONS(X)
#undef X
    DEARS
};

extern const char *const dear_names[DEARS];

/* Which of them an instruction of 64-bit mode is; DEARS if it is none. */
enum dear dear_of(const uint8_t *instruction, size_t size);

#endif
