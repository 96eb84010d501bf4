/* SPDX-License-Identifier: MIT */
#ifndef CPU_H
#define CPU_H

#include "guest.h"

/* What the last attempt ended by; no exception: vector is NONE. */
#define NONE 256u
extern unsigned attempt_vector;
extern uint64_t attempt_error;

/* Where to go on after an exception. */
extern uint64_t attempt_resume;

/* One instruction, which may fault; operands as in asm. */
#define ATTEMPT(instruction, ...)                                          \
    ({                                                                     \
        attempt_vector = NONE;                                             \
        __asm__ volatile ("movq $1f, attempt_resume(%%rip)\n\t"            \
                          instruction "\n1:" __VA_ARGS__);                 \
    })

/* "name: done", or the exception. */
void print_attempt(const char *name);

void test_cpuid(void);
void test_instructions(void);
void test_msrs(void);

#endif
