/* SPDX-License-Identifier: MIT */
/* Far jumps, calls, returns and IRETQ to selectors, good and bad. */
#define _GNU_SOURCE
#include "common/emulator.h"
#include "common/fault.h"
#include "faults.h"

static const uint16_t selectors[] = {
    0x0000, 0x0003, 0x0008, 0x000b, 0x0010, 0x0013, 0x0018, 0x0020, 0x002b,
    0x0030, 0x0031, 0x0032, 0x0033, 0x0040, 0x0043, 0x0050, 0x007b, 0x0083,
    0xe008, 0xe00b, 0xe010, 0xe013, 0xe019, 0xe020, 0xe02b, 0xe030, 0xe033,
    0xe043, 0x0007, 0xffff,
};

struct far_pointer {
    uint64_t offset;
    uint16_t selector;
} __attribute__((packed));

static void far_jump(const void *argument)
{
    struct far_pointer pointer = { .selector = *(const uint16_t *)argument };
    expect_fault(0);
    asm volatile("lea 78f(%%rip), %%rax\n\tmov %%rax, (%0)\n\t"
                 MARK "rex.W ljmp *(%0)\n78:"
                 : : "r"(&pointer) : "rax", "memory");
    no_fault();
}

static void far_return(const void *argument)
{
    uint64_t selector = *(const uint16_t *)argument;
    expect_fault(0);
    asm volatile("push %0\n\tlea 78f(%%rip), %%rax\n\tpush %%rax\n\t"
                 MARK "lretq\n78:" : : "r"(selector) : "rax", "memory");
    no_fault();
}

static void interrupt_return(const void *argument)
{
    uint64_t selector = *(const uint16_t *)argument;
    expect_fault(0);
    asm volatile("mov %%rsp, %%rbx\n\tmov %%ss, %%eax\n\tpush %%rax\n\t"
                 "push %%rbx\n\tpushfq\n\tpush %0\n\t"
                 "lea 78f(%%rip), %%rax\n\tpush %%rax\n\t"
                 MARK "iretq\n78:"
                 : : "r"(selector) : "rax", "rbx", "memory");
    no_fault();
}

static void interrupt_return_stack(const void *argument)
{
    uint64_t selector = *(const uint16_t *)argument;
    expect_fault(0);
    asm volatile("mov %%rsp, %%rbx\n\tpush %0\n\tpush %%rbx\n\tpushfq\n\t"
                 "mov %%cs, %%eax\n\tpush %%rax\n\t"
                 "lea 78f(%%rip), %%rax\n\tpush %%rax\n\t"
                 MARK "iretq\n78:"
                 : : "r"(selector) : "rax", "rbx", "memory");
    no_fault();
}

static void interrupt_return_noncanonical(void)
{
    expect_fault(0x800000000000);
    asm volatile("mov %%rsp, %%rbx\n\tmov %%ss, %%eax\n\tpush %%rax\n\t"
                 "push %%rbx\n\tpushfq\n\tmov %%cs, %%eax\n\tpush %%rax\n\t"
                 "push %0\n\t" MARK "iretq"
                 : : "r"(0x800000000000) : "rax", "rbx", "memory");
    no_fault();
}

static void interrupt_return_nested_task(void)
{
    expect_fault(0);
    asm volatile("mov %%rsp, %%rbx\n\tmov %%ss, %%eax\n\tpush %%rax\n\t"
                 "push %%rbx\n\tpushfq\n\tmov %%cs, %%eax\n\tpush %%rax\n\t"
                 "lea 78f(%%rip), %%rax\n\tpush %%rax\n\t"
                 "pushfq\n\torl $0x4000, (%%rsp)\n\tpopfq\n\t"
                 MARK "iretq\n78:"
                 : : : "rax", "rbx", "cc", "memory");
    no_fault();
}

struct transfer {
    const char *name;
    void (*body)(const void *selector);
};

static const struct transfer transfers[] = {
    { "far-jump", far_jump }, { "far-return", far_return },
    { "iret-cs", interrupt_return }, { "iret-ss", interrupt_return_stack },
};

static void check_transfer(const struct transfer *transfer)
{
    char name[40];
    for (size_t s = 0; s < sizeof(selectors) / sizeof(selectors[0]); s++) {
        snprintf(name, sizeof(name), "%s-0x%04x", transfer->name,
                 selectors[s]);
        check_with(name, transfer->body, &selectors[s]);
    }
}

void check_far_transfers(void)
{
    check_transfer(&transfers[0]);
    if (far_returns_break_the_kernel()) {
        observe("far-returns", "skipped: TCG with SMAP");
        return;
    }
    for (size_t t = 1; t < sizeof(transfers) / sizeof(transfers[0]); t++)
        check_transfer(&transfers[t]);
    check("iret-noncanonical", interrupt_return_noncanonical);
    check("iret-nested-task", interrupt_return_nested_task);
}
