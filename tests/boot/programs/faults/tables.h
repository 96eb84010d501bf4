/* SPDX-License-Identifier: MIT */
/* Checks that consist of one instruction each, kept in tables. */
#ifndef TABLES_H
#define TABLES_H

#include "common/fault.h"

struct instruction {
    const char *name;
    void (*body)(void);
};

/*
 * Defines `function` as running `text`. The text is marked at its start;
 * set-up instructions may precede another MARK within it.
 */
#define INSTRUCTION(function, text) \
    static void function(void) \
    { \
        expect_fault(0); \
        asm volatile(MARK text \
                     : : : "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "r8", \
                     "r9", "r10", "r11", "cc", "memory"); \
        no_fault(); \
    }

/* Checks them all, each under "group-name". */
void run_instructions(const char *group, const struct instruction *table,
                      size_t count);

#endif
