/* SPDX-License-Identifier: MIT */
/* Bases from descriptors: the LDT and the thread areas, in 64-bit code. */
#define _GNU_SOURCE
#include "common/fault.h"
#include "bases.h"

#include <asm/ldt.h>
#include <errno.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>

enum { LDT_READ = 0, LDT_WRITE = 0x11, CODE = 2, RIVALS = 4, ROUNDS = 1000 };

/* Descriptors hold 32-bit bases: the data must be low. */
static uint64_t *low_block(void)
{
    void *block = mmap((void *)0x30000000, 4096, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    if (block == MAP_FAILED)
        give_up("map low memory");
    return block;
}

static struct user_desc data_segment(int number, void *base)
{
    return (struct user_desc) {
        .entry_number = number, .base_addr = (uintptr_t)base,
        .limit = 0xfffff, .seg_32bit = 1, .limit_in_pages = 1, .useable = 1,
    };
}

static int set_entry(struct user_desc entry)
{
    return syscall(SYS_modify_ldt, LDT_WRITE, &entry, sizeof(entry));
}

static void ldt_base(void)
{
    uint64_t *block = low_block();
    block[1] = 0x8877665544332211;
    int result = set_entry(data_segment(2, block));
    load_gs(2 << 3 | 7);
    observe_here("%d %#llx base %#llx", result,
                 (unsigned long long)read_by_gs(8),
                 (unsigned long long)get_base(GET_GS));
}

static void ldt_base_over_switches(void)
{
    int wrong = 0, status;
    uint64_t *block = low_block();
    run_on_first_cpu();
    for (int i = 0; i < RIVALS; i++) {
        if (fork() != 0)
            continue;
        bool good = true;
        block[i] = 10 + i;
        set_entry(data_segment(2, block + i));
        load_gs(2 << 3 | 7);
        for (int round = 0; round < ROUNDS; round++) {
            sched_yield();
            good &= read_by_gs(0) == 10u + i && store_gs() == (2 << 3 | 7);
        }
        _exit(!good);
    }
    while (wait(&status) > 0)
        wrong += status != 0;
    observe_here("wrong in %d", wrong);
}

/* set_thread_area exists for 64-bit programs by INT 0x80 only. */
static void thread_area(void)
{
    uint64_t *block = low_block();
    struct user_desc *area = (void *)(block + 64);
    long result = 243;          /* __NR_set_thread_area of i386 */
    *area = data_segment(-1, block);
    block[0] = 0x12ab;
    asm volatile("int $0x80" : "+a"(result) : "b"(area)
                 : "r8", "r9", "r10", "r11", "memory");
    if (result)
        observe_here("refused %ld", result);
    load_gs(area->entry_number << 3 | 3);
    sched_yield();
    observe_here("%d %#llx", area->entry_number,
                 (unsigned long long)read_by_gs(0));
}

/*
 * CS from the LDT in a 64-bit program: 32-bit code below 4 GiB that jumps
 * back, and one that faults there.
 */
struct far_pointer {
    uint32_t offset;
    uint16_t selector;
} __attribute__((packed));

static struct far_pointer back = { 0, 0x33 };

static uint8_t *write_code(const void *code, size_t size)
{
    uint8_t *page = mmap((void *)0x31000000, 4096,
                         PROT_READ | PROT_WRITE | PROT_EXEC,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    if (page == MAP_FAILED)
        give_up("map low memory");
    memcpy(page, code, size);
    return page;
}

static uint64_t call_code(uint8_t *code, uint16_t selector, uint32_t offset)
{
    struct far_pointer target = { offset, selector };
    uint64_t result = 0x5555555555555555;
    (void)code;
    asm volatile("mov %%ds, %%ecx\n\tmov $0x2b, %%edx\n\tmov %%edx, %%ds\n\t"
                 "lea 1f(%%rip), %%rdx\n\tmov %%edx, %1\n\tljmp *%2\n1:\t"
                 "mov %%ecx, %%ds"
                 : "+a"(result), "=m"(back.offset) : "m"(target)
                 : "rbx", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10",
                   "r11", "cc", "memory");
    return result;
}

static void code_in(uint16_t selector, uint32_t base)
{
    uint8_t code[] = { 0xb8, 0x78, 0x56, 0x34, 0x12, 0xff, 0x2d, 0, 0, 0, 0 };
    uint32_t address = (uintptr_t)&back;
    memcpy(code + 7, &address, sizeof(address));
    uint8_t *page = write_code(code, sizeof(code));
    struct user_desc entry = data_segment(1, page);
    entry.contents = CODE;
    set_entry(entry);
    expect_fault(0);
    observe_here("%#llx", (unsigned long long)
                 call_code(page, selector, (uintptr_t)page - base));
}

static void code_in_ldt(void)
{
    code_in(1 << 3 | 7, 0x31000000);
}

static void code_in_user32(void)
{
    code_in(0x23, 0);
}

static void fault_in_user32(void)
{
    static const uint8_t code[] = { 0x0f, 0x0b };
    uint8_t *page = write_code(code, sizeof(code));
    expect_fault((uintptr_t)page);
    call_code(page, 0x23, (uintptr_t)page);
    no_fault();
}

static void int80_in_user32(void)
{
    uint8_t code[] = { 0xb8, 20, 0, 0, 0, 0xcd, 0x80, 0xff, 0x2d, 0, 0, 0, 0 };
    uint32_t address = (uintptr_t)&back;
    memcpy(code + 9, &address, sizeof(address));
    uint8_t *page = write_code(code, sizeof(code));
    expect_fault(0);
    observe_here("%s", call_code(page, 0x23, (uintptr_t)page) ==
                 (uint64_t)getpid() ? "same" : "different");
}

/* A 64-bit code segment in the LDT cannot be had. */
static void long_mode_in_ldt(void)
{
    struct user_desc entry = data_segment(1, NULL);
    uint64_t table[2] = { 0 };
    entry.contents = CODE;
    entry.seg_32bit = 0;
    entry.lm = 1;
    int result = set_entry(entry);
    syscall(SYS_modify_ldt, LDT_READ, table, sizeof(table));
    observe_here("%d %#llx", result, (unsigned long long)table[1]);
}

void check_base_segments(void)
{
    check("ldt", ldt_base);
    check("ldt-switches", ldt_base_over_switches);
    check("thread-area", thread_area);
    check("code-in-ldt", code_in_ldt);
    check("code-in-user32", code_in_user32);
    check("fault-in-user32", fault_in_user32);
    check("int80-in-user32", int80_in_user32);
    check("long-mode-in-ldt", long_mode_in_ldt);
}
