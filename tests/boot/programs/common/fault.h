/* SPDX-License-Identifier: MIT */
/*
 * Checks whose whole point is one instruction that should fault: describes the
 * signal that it brings.
 */
#ifndef FAULT_H
#define FAULT_H

#include "check.h"

/* The instruction that should fault, set by MARK; 0 means none. */
extern volatile uintptr_t marked_instruction;

/* In asm text: what follows is the instruction to be watched. Uses RAX. */
#define MARK \
    "lea 77f(%%rip), %%rax\n\t" \
    "mov %%rax, marked_instruction(%%rip)\n" \
    "77:\n\t"

/*
 * Handles all fault signals by printing one observation and exiting. It shows
 * signal and code, trap number, error code, CS, SS, and the flags without the
 * arithmetic ones. Addresses (si_addr, the instruction pointer and, after a
 * page fault, CR2) are shown as "target" when equal to `target`, as offset
 * when close behind the marked instruction, and as "other" else.
 */
void expect_fault(uintptr_t target);

/* Writes that description; `context` is the handler's ucontext_t. */
void describe_fault(char *text, size_t size, const siginfo_t *information,
                    const ucontext_t *context, uintptr_t target);

/* A fault that didn't come: prints so and ends the check. */
void no_fault(void) __attribute__((noreturn));

#endif
