/* SPDX-License-Identifier: MIT */
/* Setting and reading bases within one process. */
#define _GNU_SOURCE
#include "common/fault.h"
#include "bases.h"

#include <errno.h>
#include <sys/resource.h>
#include <sys/ucontext.h>

static uint64_t block[16];

static void report_support(void)
{
    observe_here("%s", has_base_instructions() ? "yes" : "no");
}

static void set_and_get(void)
{
    static const uint64_t tried[] = {
        0, 0x1000, 0x12345678, 0x123456789a, 0x7fffffffefff, 0x7ffffffff000,
        0x800000000000, 0xffff800000000000, 0xffff82d080000000,
        0xffff888000000000, 0xffffffff81000000, 0xffffffffffffffff,
    };
    for (size_t i = 0; i < sizeof(tried) / sizeof(tried[0]); i++) {
        set_base(SET_GS, 0x5000);
        long result = set_base(SET_GS, tried[i]);
        observe_here("%#llx %s %#llx", (unsigned long long)tried[i],
                     result ? strerror(errno) : "ok",
                     (unsigned long long)get_base(GET_GS));
    }
}

static void access_by_base(void)
{
    block[2] = 0x1122334455667788;
    set_base(SET_GS, (uint64_t)block);
    observe_here("%#llx", (unsigned long long)read_by_gs(16));
}

/* User mode may give itself a kernel address as base: it reads nothing. */
static void write_base(const void *argument)
{
    uint64_t base = *(const uint64_t *)argument;
    if (!has_base_instructions()) {
        observe_here("no instruction");
        return;
    }
    expect_fault(base);
    asm volatile(MARK "wrgsbase %0" : : "r"(base) : "rax");
    uint64_t readback = read_gs_base();
    getppid();
    observe_here("%s, %s over a system call",
                 readback == base ? "set" : "not set",
                 read_gs_base() == base ? "kept" : "lost");
    asm volatile(MARK "mov %%gs:0, %%rax" : : : "rax");
    no_fault();
}

static void write_bases(void)
{
    static const uint64_t tried[] = {
        0x1000, 0x7ffffffff000, 0xffff800000000000,
        0xffff82d080000000, 0xffff830000000000, 0xffff888000000000,
        0xffffffff81000000, 0xfffffffffffffff8,
    };
    char name[60];
    for (size_t i = 0; i < sizeof(tried) / sizeof(tried[0]); i++) {
        snprintf(name, sizeof(name), "wrgsbase-%#llx",
                 (unsigned long long)tried[i]);
        check_with(name, write_base, &tried[i]);
    }
}

/* With a kernel's address in GS, all ways into the kernel must still work. */
static volatile int handled;

static void count_signal(int signal_number)
{
    (void)signal_number;
    handled++;
}

static void hostile_base(void)
{
    static const uint64_t tried[] = {
        0, 0xffff888000000000, 0xffffffff82000000, 0xffff82d080000000,
    };
    if (!has_base_instructions()) {
        observe_here("no instruction");
        return;
    }
    signal(SIGTRAP, count_signal);
    for (size_t i = 0; i < sizeof(tried) / sizeof(tried[0]); i++) {
        write_gs_base(tried[i]);
        getppid();
        asm volatile("int3");
        asm volatile("mov $20, %%eax\n\tint $0x80"
                     : : : "rax", "r8", "r9", "r10", "r11");
        volatile char *fresh = malloc(1 << 20);
        for (int page = 0; page < 256; page++)
            fresh[page << 12] = 1;
        for (volatile int spin = 0; spin < 3000000; spin++)
            ;
        observe_here("%#llx %s", (unsigned long long)tried[i],
                     read_gs_base() == tried[i] ? "kept" : "lost");
    }
    observe_here("handled %d", handled);
}

/* A handler may change the base; the frame doesn't hold it. */
static void change_in_handler(int signal_number)
{
    (void)signal_number;
    set_base(SET_GS, (uint64_t)(block + 8));
}

static void over_signal(void)
{
    set_base(SET_GS, (uint64_t)block);
    signal(SIGUSR1, count_signal);
    raise(SIGUSR1);
    bool kept = get_base(GET_GS) == (uint64_t)block;
    signal(SIGUSR1, change_in_handler);
    raise(SIGUSR1);
    observe_here("%s, %s", kept ? "kept" : "lost",
                 get_base(GET_GS) == (uint64_t)(block + 8) ? "changed" :
                 "not changed");
}

static void agree(void)
{
    if (!has_base_instructions()) {
        observe_here("no instruction");
        return;
    }
    set_base(SET_GS, 0x123456000);
    bool gs = read_gs_base() == 0x123456000;
    write_gs_base(0x654321000);
    gs &= get_base(GET_GS) == 0x654321000;
    bool fs = read_fs_base() == get_base(GET_FS);
    observe_here("gs %s, fs %s", gs ? "agrees" : "differs",
                 fs ? "agrees" : "differs");
}

/*
 * Sleeps, and sees to it that the kernel has switched to another task
 * meanwhile: it doesn't when the time is over before it gets so far.
 */
static void be_switched(void)
{
    struct rusage before, after;
    getrusage(RUSAGE_SELF, &before);
    do {
        usleep(1000);
        getrusage(RUSAGE_SELF, &after);
    } while (after.ru_nvcsw == before.ru_nvcsw);
}

/* A selector load changes the base: to 0 for a null one, on most CPUs. */
static void selector_loads(void)
{
    static const uint16_t tried[] = { 0, 1, 3, 0x2b, 0x23 };
    for (size_t i = 0; i < sizeof(tried) / sizeof(tried[0]); i++) {
        set_base(SET_GS, (uint64_t)block);
        uint16_t before = store_gs();
        load_gs(tried[i]);
        uint64_t at_once = get_base(GET_GS);
        be_switched();
        uint64_t later = get_base(GET_GS);
        observe_here("%#x: selector %#x then %#x, base %s, later %s",
                     tried[i], before, store_gs(),
                     at_once ? "kept" : "0", later ? "kept" : "0");
    }
}

void check_bases(void)
{
    check("instructions", report_support);
    check("set-and-get", set_and_get);
    check("access", access_by_base);
    write_bases();
    check("hostile-base", hostile_base);
    check("over-signal", over_signal);
    check("agree", agree);
    check("selector-loads", selector_loads);
}
