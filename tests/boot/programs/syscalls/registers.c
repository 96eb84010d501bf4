/* SPDX-License-Identifier: MIT */
/* What a system call may change: RAX, and with SYSCALL RCX and R11. */
#define _GNU_SOURCE
#include "common/fault.h"
#include "common/registers.h"
#include "syscalls.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/syscall.h>

enum {
    GETPID_32 = 20,             /* __NR_getpid of i386 */
    NO_SUCH_CALL = 0x3fff,
};

static void over_syscall(void)
{
    char text[200];
    REGISTERS_OVER_CALL(text, "syscall", SYS_getpid);
    observe_here("%s", text);
}

static void over_failing_syscall(void)
{
    char text[200];
    REGISTERS_OVER_CALL(text, "syscall", NO_SUCH_CALL);
    observe_here("%s, error %d", text, -(int)registers_after.general[0]);
}

static void over_int80(void)
{
    char text[200];
    REGISTERS_OVER_CALL(text, "int $0x80", GETPID_32);
    observe_here("%s", text);
}

static void over_failing_int80(void)
{
    char text[200];
    REGISTERS_OVER_CALL(text, "int $0x80", NO_SUCH_CALL);
    observe_here("%s, error %d", text, -(int)registers_after.general[0]);
}

static void over_yield(void)
{
    char text[200];
    REGISTERS_OVER_CALL(text, "syscall", SYS_sched_yield);
    observe_here("%s", text);
}

/* System call numbers at the edges; the upper half of RAX doesn't count. */
static void numbers(void)
{
    static const uint64_t tried[] = {
        0xffffffffffffffff, 0xffffffff, 0x80000000, 0x7fffffff, 0x40000027,
        0x40000000 + 512, 1000, 0xffffffff00000027, 0x100000027,
        0x8000000000000027,
    };
    for (size_t i = 0; i < sizeof(tried) / sizeof(tried[0]); i++) {
        uint64_t result = tried[i];
        asm volatile("syscall" : "+a"(result) : : "rcx", "r11", "memory");
        if (result == (uint64_t)getpid())
            observe_here("%#llx getpid", (unsigned long long)tried[i]);
        else
            observe_here("%#llx %d", (unsigned long long)tried[i],
                         (int)result);
    }
}

/* All six arguments arrive: mmap of a file's second page at a fixed place. */
static void six_arguments(void)
{
    enum { SIZE = 8192 };
    static const char mark[] = "second page";
    FILE *file = tmpfile();
    if (!file || fseek(file, 4096, SEEK_SET) || fputs(mark, file) < 0 ||
        fflush(file) || ftruncate(fileno(file), SIZE))
        give_up("make a file");
    void *want = (void *)0x20000000;
    char *page = mmap(want, 4096, PROT_READ, MAP_PRIVATE | MAP_FIXED,
                      fileno(file), 4096);
    observe_here("%s, %s", page == want ? "in place" : "elsewhere",
                 page == want ? page : "");
}

/* The kernel brings its own stack, whatever RSP holds. */
static void odd_stack_pointers(void)
{
    static const uint64_t tried[] = {
        0, 1, 0x7fffffffffff, 0x800000000000, 0x123456789abcdef0,
        0xffff800000000000, 0xffff82d080000000, 0xffff888000000000,
        0xffffffff81000000, 0xffffffffffffffff,
    };
    for (size_t i = 0; i < sizeof(tried) / sizeof(tried[0]); i++) {
        uint64_t result = SYS_getppid, after;
        asm volatile("mov %%rsp, %%rbx\n\tmov %2, %%rsp\n\tsyscall\n\t"
                     "mov %%rsp, %1\n\tmov %%rbx, %%rsp"
                     : "+a"(result), "=&r"(after) : "r"(tried[i])
                     : "rbx", "rcx", "r11", "memory");
        observe_here("%#llx %s, rsp %s", (unsigned long long)tried[i],
                     result == (uint64_t)getppid() ? "right" : "wrong",
                     after == tried[i] ? "kept" : "changed");
    }
}

/* SYSENTER is for 32-bit code; what 64-bit code gets depends on the CPU. */
static void sysenter(void)
{
    expect_fault(0);
    asm volatile(MARK "mov %%rsp, %%rbp\n\tmov $20, %%eax\n\tsysenter"
                 : : : "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "memory");
    no_fault();
}

void check_syscall_registers(void)
{
    check("over-syscall", over_syscall);
    check("over-failing-syscall", over_failing_syscall);
    check("over-int80", over_int80);
    check("over-failing-int80", over_failing_int80);
    check("over-yield", over_yield);
    check("numbers", numbers);
    check("six-arguments", six_arguments);
    check("odd-stack-pointers", odd_stack_pointers);
    check("sysenter-in-64-bit-mode", sysenter);
}
