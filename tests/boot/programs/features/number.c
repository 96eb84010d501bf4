/* SPDX-License-Identifier: MIT */
/* The CPU's number: RDTSCP, RDPID, LSL, the vdso and the system call. */
#define _GNU_SOURCE
#include "common/fault.h"
#include "features.h"

#include <cpuid.h>
#include <sched.h>
#include <sys/syscall.h>

enum { CPU_NUMBER_SEGMENT = 0x7b };

static void by_rdtscp(void)
{
    uint32_t low, high, number;
    run_on_first_cpu();
    expect_fault(0);
    asm volatile(MARK "rdtscp" : "=a"(low), "=d"(high), "=c"(number));
    observe_here("%#x", number);
}

static void by_rdpid(void)
{
    uint64_t number;
    run_on_first_cpu();
    expect_fault(0);
    asm volatile(MARK "rdpid %0" : "=r"(number) : : "rax");
    observe_here("%#llx", (unsigned long long)number);
}

static void by_lsl(void)
{
    uint32_t limit = 0xffffffff;
    bool valid;
    run_on_first_cpu();
    asm volatile("lsl %2, %1" : "=@ccz"(valid), "+r"(limit)
                 : "r"(CPU_NUMBER_SEGMENT));
    observe_here("%s %#x", valid ? "valid" : "invalid", limit);
}

static void by_calls(void)
{
    unsigned int cpu = 99, node = 99;
    run_on_first_cpu();
    syscall(SYS_getcpu, &cpu, &node, NULL);
    observe_here("%d %u %u", sched_getcpu(), cpu, node);
}

void check_cpu_number(void)
{
    check("number-rdtscp", by_rdtscp);
    check("number-rdpid", by_rdpid);
    check("number-lsl", by_lsl);
    check("number-calls", by_calls);
}
