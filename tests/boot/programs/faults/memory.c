/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "common/fault.h"
#include "faults.h"

#include <sys/mman.h>
#include <time.h>

/*
 * Addresses a program may not touch, for different reasons: nothing there,
 * the kernel's, a hypervisor's, or not canonical.
 */
struct place {
    const char *name;
    uintptr_t address;
};

static const struct place places[] = {
    { "null", 0 },
    { "low", 0x1000 },
    { "half-terabyte", 0x8000000000 },
    { "last-user-page", 0x7fffffffe000 },
    { "above-last-user-page", 0x7ffffffff000 },
    { "noncanonical-low", 0x800000000000 },
    { "noncanonical-middle", 0x1234567800000000 },
    { "noncanonical-high", 0xffff7ffffffffff8 },
    { "hypervisor-m2p", 0xffff800000000000 },
    { "hypervisor-slot-257", 0xffff808000000000 },
    { "hypervisor-slot-258", 0xffff810000000000 },
    { "hypervisor-slot-259", 0xffff818000000000 },
    { "hypervisor-slot-260", 0xffff820000000000 },
    { "hypervisor-image", 0xffff82d080000000 },
    { "hypervisor-image-text", 0xffff82d080200000 },
    { "hypervisor-heap", 0xffff82e000000000 },
    { "hypervisor-direct-map", 0xffff830000000000 },
    { "hypervisor-direct-map-1m", 0xffff830000100000 },
    { "hypervisor-slot-271", 0xffff878000000000 },
    { "kernel-slot-272", 0xffff880000000000 },
    { "kernel-direct-map", 0xffff888000000000 },
    { "kernel-direct-map-1m", 0xffff888000100000 },
    { "kernel-vmalloc", 0xffffc90000000000 },
    { "kernel-vmemmap", 0xffffea0000000000 },
    { "kernel-cpu-entry-area", 0xfffffe0000000000 },
    { "kernel-text", 0xffffffff81000000 },
    { "kernel-data", 0xffffffff82000000 },
    { "kernel-modules", 0xffffffffc0000000 },
    { "kernel-fixmap", 0xffffffffff57a000 },
    { "vsyscall", 0xffffffffff600000 },
    { "vsyscall-middle", 0xffffffffff600123 },
    { "last-page", 0xfffffffffffff000 },
};

static void read_place(const void *argument)
{
    const struct place *place = argument;
    expect_fault(place->address);
    asm volatile(MARK "mov (%0), %%rax"
                 : : "r"(place->address) : "rax", "memory");
    no_fault();
}

static void write_place(const void *argument)
{
    const struct place *place = argument;
    expect_fault(place->address);
    asm volatile(MARK "mov %%rax, (%0)"
                 : : "r"(place->address) : "rax", "memory");
    no_fault();
}

static void jump_to_place(const void *argument)
{
    const struct place *place = argument;
    expect_fault(place->address);
    asm volatile(MARK "jmp *%0" : : "r"(place->address) : "rax", "memory");
    no_fault();
}

static void return_to_place(const void *argument)
{
    const struct place *place = argument;
    expect_fault(place->address);
    asm volatile("push %0\n\t" MARK "ret"
                 : : "r"(place->address) : "rax", "memory");
    no_fault();
}

static void push_to_place(const void *argument)
{
    const struct place *place = argument;
    expect_fault(place->address);
    asm volatile("lea 8(%0), %%rsp\n\t" MARK "push %%rax"
                 : : "r"(place->address) : "rax", "memory");
    no_fault();
}

struct way {
    const char *name;
    void (*body)(const void *place);
};

static void check_places(void)
{
    static const struct way ways[] = {
        { "read", read_place }, { "write", write_place },
        { "jump", jump_to_place }, { "return", return_to_place },
        { "push", push_to_place },
    };
    char name[80];

    for (size_t p = 0; p < sizeof(places) / sizeof(places[0]); p++)
        for (size_t w = 0; w < sizeof(ways) / sizeof(ways[0]); w++) {
            snprintf(name, sizeof(name), "%s-%s", ways[w].name,
                     places[p].name);
            check_with(name, ways[w].body, &places[p]);
        }
}

/* A page of its own, with a RET in it, then given `protection`. */
static uint8_t *new_page(int protection)
{
    enum { PAGE = 4096, RET = 0xc3 };
    uint8_t *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED)
        give_up("map a page");
    *page = RET;
    if (mprotect(page, PAGE, protection))
        give_up("protect a page");
    return page;
}

static void execute_data(void)
{
    struct place place = { "", (uintptr_t)new_page(PROT_READ | PROT_WRITE) };
    jump_to_place(&place);
}

static void write_read_only(void)
{
    struct place place = { "", (uintptr_t)new_page(PROT_READ) };
    write_place(&place);
}

static void write_code(void)
{
    struct place place = { "", (uintptr_t)new_page(PROT_READ | PROT_EXEC) };
    write_place(&place);
}

static void read_inaccessible(void)
{
    struct place place = { "", (uintptr_t)new_page(PROT_NONE) };
    read_place(&place);
}

static void read_unmapped(void)
{
    struct place place = { "", (uintptr_t)new_page(PROT_READ) };
    use_alternate_stack();      /* or it would take the address */
    munmap((void *)place.address, 4096);
    read_place(&place);
}

static void read_past_end_of_file(void)
{
    FILE *file = tmpfile();
    if (!file)
        give_up("make a file");
    void *page = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fileno(file), 0);
    if (page == MAP_FAILED)
        give_up("map a file");
    struct place place = { "", (uintptr_t)page };
    read_place(&place);
}

static void rewrite_own_text(void)
{
    struct place place = { "", (uintptr_t)rewrite_own_text };
    write_place(&place);
}

/* `depth` could end it, but never does before the stack does. */
static int recurse(volatile char *above, uint64_t depth)
{
    volatile char frame[512];
    frame[0] = above[0];
    return depth ? recurse(frame, depth - 1) + frame[0] : 0;
}

/* The guard's address depends on the stack's: shown is only what matters. */
static void overflow_handler(int signal_number, siginfo_t *information,
                             void *context)
{
    const ucontext_t *user = context;
    uintptr_t stack = user->uc_mcontext.gregs[REG_RSP];
    uintptr_t distance = (uintptr_t)information->si_addr - stack + 4096;
    char text[40];

    (void)signal_number;
    describe_signal(text, sizeof(text), information);
    observe_here("%s trap=%lld err=%#llx %s", text,
                 user->uc_mcontext.gregs[REG_TRAPNO],
                 user->uc_mcontext.gregs[REG_ERR],
                 distance <= 8192 ? "near the stack pointer" : "elsewhere");
    _exit(0);
}

static void overflow_stack(void)
{
    use_alternate_stack();
    handle(SIGSEGV, overflow_handler);
    volatile char start[1] = { 0 };
    observe_here("returned %d", recurse(start, UINT64_MAX));
}

static void overflow_without_alternate_stack(void)
{
    volatile char start[1] = { 0 };
    observe_here("returned %d", recurse(start, UINT64_MAX));
}

static void call_vsyscall(void)
{
    long (*const vsyscall_time)(long *) = (void *)0xffffffffff600400;
    expect_fault((uintptr_t)vsyscall_time);
    long now = vsyscall_time(NULL);
    long distance = now - time(NULL);
    observe_here("%s", distance >= -2 && distance <= 2 ? "the time" : "bad");
}

void check_memory_faults(void)
{
    check_places();
    check("execute-data", execute_data);
    check("write-read-only", write_read_only);
    check("write-code", write_code);
    check("read-inaccessible", read_inaccessible);
    check("read-unmapped", read_unmapped);
    check("read-past-end-of-file", read_past_end_of_file);
    check("write-own-text", rewrite_own_text);
    check("stack-overflow", overflow_stack);
    check("stack-overflow-without-alternate-stack",
          overflow_without_alternate_stack);
    check("vsyscall-time", call_vsyscall);
}
