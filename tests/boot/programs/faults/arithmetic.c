/* SPDX-License-Identifier: MIT */
/* Divide errors, x87 and SSE exceptions, alignment. */
#define _GNU_SOURCE
#include "common/fault.h"
#include "faults.h"
#include "tables.h"

static uint32_t control __attribute__((used));
static double big __attribute__((used)) = 1e308;
static double tiny __attribute__((used)) = 1e-308;
static double three __attribute__((used)) = 3.0;
static uint64_t smallest_denormal __attribute__((used)) = 1;
static long double largest __attribute__((used)) = 1e4932L;
static long double smallest __attribute__((used)) = 1e-4931L;
static uint8_t unaligned[64] __attribute__((used, aligned(64)));

INSTRUCTION(divide_by_zero, "xor %%edx, %%edx\n\txor %%ecx, %%ecx\n\t"
            MARK "div %%ecx")
INSTRUCTION(divide_overflow, "mov $1, %%edx\n\tmov $1, %%ecx\n\t"
            MARK "div %%ecx")
INSTRUCTION(signed_divide_overflow,
            "mov $-1, %%ecx\n\tmov $-1, %%edx\n\t"
            MARK "mov $0x80000000, %%eax\n\tidiv %%ecx")
INSTRUCTION(signed_divide_overflow_64,
            "mov $-1, %%rcx\n\tmov $-1, %%rdx\n\t"
            MARK "movabs $0x8000000000000000, %%rax\n\tidiv %%rcx")

/*
 * x87: all exceptions but `bit` masked; the operation leaves it pending, and
 * the next waiting instruction takes it.
 */
#define X87(function, bit, text) \
    INSTRUCTION(function, "fninit\n\tmovl $(0x37f & ~" bit "), " \
                "control(%%rip)\n\tfldcw control(%%rip)\n\t" text \
                "\n\t" MARK "fwait")

X87(x87_invalid, "0x01", "fldz\n\tfldz\n\tfdivp")
X87(x87_stack_underflow, "0x01", "fstp %%st(0)")
X87(x87_denormal, "0x02", "fldl smallest_denormal(%%rip)\n\tfld1\n\tfaddp")
X87(x87_zero_divide, "0x04", "fld1\n\tfldz\n\tfdivrp")
X87(x87_overflow, "0x08", "fldt largest(%%rip)\n\tfld %%st(0)\n\tfmulp")
X87(x87_underflow, "0x10", "fldt smallest(%%rip)\n\tfld %%st(0)\n\tfmulp")
X87(x87_inexact, "0x20", "fld1\n\tfldl three(%%rip)\n\tfdivrp")


/* SSE: MXCSR's mask bits are the exception bits shifted by 7. */
#define SSE(function, bit, text) \
    INSTRUCTION(function, "movl $(0x1f80 & ~(" bit " << 7)), " \
                "control(%%rip)\n\tldmxcsr control(%%rip)\n\t" text)

SSE(sse_invalid, "0x01", "pxor %%xmm0, %%xmm0\n\t" MARK
    "divsd %%xmm0, %%xmm0")
SSE(sse_denormal, "0x02", "movsd smallest_denormal(%%rip), %%xmm0\n\t" MARK
    "addsd %%xmm0, %%xmm0")
SSE(sse_zero_divide, "0x04", "pxor %%xmm1, %%xmm1\n\t"
    "movsd three(%%rip), %%xmm0\n\t" MARK "divsd %%xmm1, %%xmm0")
SSE(sse_overflow, "0x08", "movsd big(%%rip), %%xmm0\n\t" MARK
    "mulsd %%xmm0, %%xmm0")
SSE(sse_underflow, "0x10", "movsd tiny(%%rip), %%xmm0\n\t" MARK
    "mulsd %%xmm0, %%xmm0")
SSE(sse_inexact, "0x20", "movsd big(%%rip), %%xmm0\n\t" MARK
    "divsd three(%%rip), %%xmm0")

INSTRUCTION(reserved_mxcsr, "movl $0xffff0000, control(%%rip)\n\t" MARK
            "ldmxcsr control(%%rip)")
INSTRUCTION(unaligned_movaps, "movaps unaligned+1(%%rip), %%xmm0")

/* EFLAGS.AC makes a misaligned access of user mode fault. */
INSTRUCTION(alignment_check, "pushfq\n\torl $0x40000, (%%rsp)\n\tpopfq\n\t"
            MARK "movl unaligned+1(%%rip), %%ebx")
INSTRUCTION(alignment_aligned, "pushfq\n\torl $0x40000, (%%rsp)\n\tpopfq\n\t"
            MARK "movl unaligned+4(%%rip), %%ebx\n\t"
            "pushfq\n\tandl $~0x40000, (%%rsp)\n\tpopfq")

static const struct instruction instructions[] = {
    { "div-zero", divide_by_zero }, { "div-overflow", divide_overflow },
    { "idiv-overflow", signed_divide_overflow },
    { "idiv-overflow-64", signed_divide_overflow_64 },
    { "x87-invalid", x87_invalid }, { "x87-stack", x87_stack_underflow },
    { "x87-denormal", x87_denormal }, { "x87-zero", x87_zero_divide },
    { "x87-overflow", x87_overflow }, { "x87-underflow", x87_underflow },
    { "x87-inexact", x87_inexact },
    { "sse-invalid", sse_invalid }, { "sse-denormal", sse_denormal },
    { "sse-zero", sse_zero_divide }, { "sse-overflow", sse_overflow },
    { "sse-underflow", sse_underflow }, { "sse-inexact", sse_inexact },
    { "mxcsr-reserved", reserved_mxcsr },
    { "movaps-unaligned", unaligned_movaps },
    { "alignment-check", alignment_check },
    { "alignment-aligned", alignment_aligned },
};

void check_arithmetic_faults(void)
{
    run_instructions("arithmetic", instructions,
                     sizeof(instructions) / sizeof(instructions[0]));
}
