/* SPDX-License-Identifier: MIT */
#ifndef DEBUG_H
#define DEBUG_H

#include "run/run.h"

#define DR6_NONE 0xffff0ff0ul
#define DR6_BD   0x2000ul
#define DR6_BS   0x4000ul

/* DR7: which is on; and a watchpoint's kind, of register n. */
#define DR7_NONE     0x400ul
#define DR7_ON(n)    (1ul << 2 * (n))
#define DR7_KIND(n, kind, size) \
    ((uint64_t)((kind) | (size) << 2) << (16 + 4 * (n)))

enum { EXECUTED, WRITTEN, ACCESSED = 3 };
enum { SIZE_1, SIZE_2, SIZE_8, SIZE_4 };

/* Run with DR0 at `address`, which stays 0 otherwise. */
void set_breakpoint(uint64_t address, uint64_t dr7);

/* Print what DR6 says, and have no breakpoint any more. */
void print_dr6(const char *name);

/* The same behind all that was seen. */
void print_debug(const char *name, uint64_t code, uint64_t rsp);

/* In a line, where each exception was and which. */
void print_places(const char *name, uint64_t code);

void test_breakpoints(void);
void test_watchpoints(void);
void test_steps(void);
void test_registers(void);

#endif
