/* SPDX-License-Identifier: MIT */
/* 64-bit code in a 32-bit process, through the 64-bit user code segment. */
#include "common/emulator.h"
#include "runtime.h"
#include "signals.h"

struct far_pointer {
    uint32_t offset;
    uint16_t selector;
} __attribute__((packed));

enum { USER_CODE_32 = 0x23, USER_CODE_64 = 0x33 };

struct far_pointer back = { 0, USER_CODE_32 };

/* As bytes: the 32-bit object format has no relocation for the 64-bit form. */
#define LJMP_BACK ".byte 0xff, 0x2c, 0x25\n\t.long back"

/* R8 exists in 64-bit mode only. */
asm(".pushsection .text\n\t"
    ".code64\n"
    "use_r8:\n\t"
    "mov $0x1122334455667788, %r8\n\t"
    "mov %r8, %rax\n\t"
    "shr $32, %rax\n\t"
    LJMP_BACK "\n"
    "getpid_64:\n\t"
    "mov $39, %eax\n\t"
    "syscall\n\t"
    LJMP_BACK "\n"
    "far_return_64:\n\t"
    "mov $0x64, %eax\n\t"
    "lret\n"
    "undefined_64:\n\t"
    "ud2\n"
    "null_64:\n\t"
    "mov 0, %eax\n\t"
    ".code32\n\t"
    ".popsection");

extern const char use_r8[], getpid_64[], far_return_64[], undefined_64[],
    null_64[];

static uint32_t call_64(const char *code)
{
    struct far_pointer target = { (uint32_t)code, USER_CODE_64 };
    uint32_t result = 0;
    asm volatile("movl $1f, back\n\tljmp *%1\n1:"
                 : "+a"(result) : "m"(target)
                 : "ebx", "ecx", "edx", "esi", "edi", "cc", "memory");
    return result;
}

static void far_call(void)
{
    struct far_pointer target = { (uint32_t)far_return_64, USER_CODE_64 };
    uint32_t result = 0;
    expect_fault(0);
    asm volatile("lcall *%1" : "+a"(result) : "m"(target) : "memory");
    observe_here("0x%x", result);
}

static void registers(void)
{
    expect_fault(0);
    observe_here("0x%x", call_64(use_r8));
}

static void system_call(void)
{
    expect_fault(0);
    observe_here("%s", call_64(getpid_64) == (uint32_t)CALL0(__NR_getpid) ?
                 "same" : "different");
}

static void undefined(void)
{
    expect_fault((uint32_t)undefined_64);
    call_64(undefined_64);
    no_fault();
}

static void null_pointer(void)
{
    expect_fault(0);
    marked_instruction = (uint32_t)null_64;
    call_64(null_64);
    no_fault();
}

void check_mixed_mode(void)
{
    check("mixed-registers", registers);
    check("mixed-syscall", system_call);
    check("mixed-ud2", undefined);
    check("mixed-null", null_pointer);
    if (far_returns_break_the_kernel())
        observe("mixed-far-call", "skipped: TCG with SMAP");
    else
        check("mixed-far-call", far_call);
}
