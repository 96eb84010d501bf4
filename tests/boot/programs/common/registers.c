/* SPDX-License-Identifier: MIT */
#include "registers.h"

#include <assert.h>

struct registers registers_before, registers_after;

static_assert(offsetof(struct registers, flags) == 16 * 8,
              "registers.S knows the layout");
static_assert(offsetof(struct registers, sse) == 17 * 8,
              "registers.S knows the layout");

enum { RAX, RCX, RDX, RBX, RSP, RBP, R11 = 11, INITIAL_FLAGS = 0x246 };

static const char *const names[16] = {
    "rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi",
    "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15",
};

void registers_prepare(uint64_t accumulator)
{
    struct registers *r = &registers_before;

    for (int i = 0; i < 16; i++) {
        r->general[i] = 0x1111111111111111u * i ^ 0xfedcba9876543210;
        r->sse[i][0] = 0x0101010101010101u * i ^ 0xaaaaaaaa55555555;
        r->sse[i][1] = ~r->sse[i][0];
    }
    r->general[RAX] = accumulator;
    r->flags = INITIAL_FLAGS;
}

static const char *describe_register(int number)
{
    const struct registers *after = &registers_after;
    uint64_t value = after->general[number];

    if (number == RCX && value == after->resume)
        return "=resume";
    if (number == R11 && value == registers_before.flags)
        return "=flags";
    return value == 0 ? "=0" : "=other";
}

void registers_compare(char *text, size_t size)
{
    const struct registers *before = &registers_before;
    const struct registers *after = &registers_after;
    size_t used = 0;

    text[0] = '\0';
    for (int i = 0; i < 16 && used < size; i++)
        if (i != RSP && before->general[i] != after->general[i])
            used += snprintf(text + used, size - used, " %s%s", names[i],
                             describe_register(i));
    if (before->flags != after->flags && used < size)
        used += snprintf(text + used, size - used, " flags=%#llx",
                         (unsigned long long)after->flags);
    for (int i = 0; i < 16 && used < size; i++)
        if (memcmp(before->sse[i], after->sse[i], sizeof(after->sse[i])))
            used += snprintf(text + used, size - used, " xmm%d", i);
    if (!used)
        snprintf(text, size, " all registers kept");
    memmove(text, text + 1, strlen(text));
}
