/* SPDX-License-Identifier: MIT */
/*
 * System calls whose return address is at the border of user space: SYSRET
 * with a non-canonical RCX faults in ring 0 on some CPUs, so the way back must
 * not be taken blindly.
 */
#define _GNU_SOURCE
#include "common/fault.h"
#include "syscalls.h"

#include <sys/mman.h>
#include <sys/syscall.h>

#define LAST_PAGE ((uint8_t *)0x7fffffffe000)

static void map_above_last_page(void)
{
    void *page = mmap(LAST_PAGE + 4096, 4096, PROT_READ,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    observe_here("%s", page == MAP_FAILED ? "refused" : "mapped");
}

static uint8_t *map_last_page(void)
{
    uint8_t *page = mmap(LAST_PAGE, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE,
                         -1, 0);
    if (page != LAST_PAGE)
        give_up("map the last page");
    return page;
}

/* Runs the two-byte instruction at the very end of user space. */
static void run_at_end(uint8_t first, uint8_t second, uint64_t call)
{
    uint8_t *end = map_last_page() + 4096;
    end[-2] = first;
    end[-1] = second;
    expect_fault((uintptr_t)end);
    marked_instruction = (uintptr_t)end - 2;
    asm volatile("jmp *%0" : : "r"(end - 2), "a"(call) : "memory");
    no_fault();
}

static void syscall_at_end(void)
{
    run_at_end(0x0f, 0x05, SYS_getpid);
}

static void yield_at_end(void)
{
    run_at_end(0x0f, 0x05, SYS_sched_yield);
}

static void int80_at_end(void)
{
    run_at_end(0xcd, 0x80, 20);
}

static void nop_at_end(void)
{
    run_at_end(0x90, 0x90, 0);
}

static void int3_at_end(void)
{
    run_at_end(0x90, 0xcc, 0);
}

void check_syscall_borders(void)
{
    check("map-above-last-page", map_above_last_page);
    check("syscall-at-end", syscall_at_end);
    check("yield-at-end", yield_at_end);
    check("int80-at-end", int80_at_end);
    check("nop-at-end", nop_at_end);
    check("int3-at-end", int3_at_end);
}
