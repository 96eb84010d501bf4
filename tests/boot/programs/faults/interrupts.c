/* SPDX-License-Identifier: MIT */
/* INT n for every n: which gates user mode may use. */
#define _GNU_SOURCE
#include "common/fault.h"
#include "faults.h"

#include <sys/syscall.h>

enum {
    VECTORS = 256,
    STUB_SIZE = 3,              /* CD n C3 */
};

extern const uint8_t interrupt_stubs[VECTORS][STUB_SIZE];

asm(".pushsection .text\n"
    "interrupt_stubs:\n\t"
    ".set vector, 0\n\t"
    ".rept 256\n\t"
    ".byte 0xcd, vector, 0xc3\n\t"
    ".set vector, vector + 1\n\t"
    ".endr\n\t"
    ".popsection");

/* INT 0x80 must be a system call: RAX is getpid's 32-bit number. */
static void interrupt(const void *argument)
{
    const uint8_t *stub = argument;
    uint64_t result = 20;       /* __NR_getpid of i386 */

    expect_fault(0);
    marked_instruction = (uintptr_t)stub;
    asm volatile("call *%1" : "+a"(result) : "r"(stub)
                 : "rcx", "r8", "r9", "r10", "r11", "cc", "memory");
    observe_here("no fault, rax=%s",
                 result == 20 ? "unchanged" :
                 result == (uint64_t)getpid() ? "getpid" : "other");
}

void check_software_interrupts(void)
{
    char name[20];

    for (int vector = 0; vector < VECTORS; vector++) {
        snprintf(name, sizeof(name), "int-0x%02x", vector);
        check_with(name, interrupt, interrupt_stubs[vector]);
    }
}
