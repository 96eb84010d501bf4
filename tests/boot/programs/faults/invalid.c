/* SPDX-License-Identifier: MIT */
/* Undefined opcodes, breakpoints and the like. */
#define _GNU_SOURCE
#include "common/emulator.h"
#include "common/fault.h"
#include "faults.h"
#include "tables.h"

#include <sys/mman.h>

INSTRUCTION(undefined_0f0b, "ud2")
INSTRUCTION(undefined_0fb9, ".byte 0x0f, 0xb9, 0xc0")
INSTRUCTION(undefined_0fff, ".byte 0x0f, 0xff, 0xc0")
INSTRUCTION(undefined_in_64bit, ".byte 0x06")       /* PUSH ES elsewhere */
INSTRUCTION(lock_without_memory, ".byte 0xf0, 0x90")
INSTRUCTION(breakpoint, "int3")
INSTRUCTION(breakpoint_two_bytes, ".byte 0xcd, 0x03")
INSTRUCTION(icebp, ".byte 0xf1")
/* Xen's prefix for emulated instructions: without Xen it is an UD2. */
INSTRUCTION(xen_cpuid, "xor %%eax, %%eax\n\t"
            MARK "ud2a\n\t.ascii \"xen\"\n\tcpuid")
INSTRUCTION(xen_cpuid_leaf, "mov $0x40000000, %%eax\n\t"
            MARK "ud2a\n\t.ascii \"xen\"\n\tcpuid")
INSTRUCTION(warning, ".byte 0x0f, 0x0b, 0x0f, 0x05")  /* UD2, then SYSCALL */
INSTRUCTION(fifteen_prefixes,
            ".byte 0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,"
            "0x66,0x66,0x66,0x66,0x90")

/* Single-step from user mode: the trap follows the next instruction. */
INSTRUCTION(trap_flag, "pushfq\n\torl $0x100, (%%rsp)\n\t"
            MARK "popfq\n\tnop\n\tnop")
INSTRUCTION(trap_flag_on_iret,
            "mov %%ss, %%eax\n\tmov %%rsp, %%rbx\n\tpush %%rax\n\t"
            "push %%rbx\n\tpushfq\n\torl $0x100, (%%rsp)\n\tmov %%cs, %%eax\n\t"
            "push %%rax\n\tlea 78f(%%rip), %%rax\n\tpush %%rax\n\t"
            MARK "iretq\n78:\tnop\n\tnop")

static const struct instruction instructions[] = {
    { "ud2", undefined_0f0b }, { "ud1", undefined_0fb9 },
    { "ud0", undefined_0fff }, { "push-es", undefined_in_64bit },
    { "lock-nop", lock_without_memory }, { "int3", breakpoint },
    { "int-3", breakpoint_two_bytes }, { "icebp", icebp },
    { "xen-cpuid", xen_cpuid }, { "xen-cpuid-leaf", xen_cpuid_leaf },
    { "ud2-syscall", warning }, { "fifteen-prefixes", fifteen_prefixes },
    { "popf-tf", trap_flag },
};

/* An instruction cut by the end of its page: the fault is on the next one. */
static void instruction_across_pages(void)
{
    uint8_t *pages = mmap(NULL, 8192, PROT_READ | PROT_WRITE | PROT_EXEC,
                          MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED)
        give_up("map");
    munmap(pages + 4096, 4096);
    pages[4095] = 0x0f;
    expect_fault((uintptr_t)pages + 4096);
    marked_instruction = (uintptr_t)pages + 4095;
    ((void (*)(void))(pages + 4095))();
    no_fault();
}

void check_invalid_instructions(void)
{
    run_instructions("invalid", instructions,
                     sizeof(instructions) / sizeof(instructions[0]));
    if (!far_returns_break_the_kernel())
        check("invalid-iret-tf", trap_flag_on_iret);
    check("invalid-across-pages", instruction_across_pages);
}
