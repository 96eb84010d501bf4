/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "fault.h"

enum { TRAP_PAGE_FAULT = 14, LONGEST_SEQUENCE = 64 };

volatile uintptr_t marked_instruction;
static uintptr_t expected_target;

static void classify(char *text, size_t size, uintptr_t address,
                     uintptr_t target)
{
    uintptr_t offset = address - marked_instruction;
    if (address == 0)
        snprintf(text, size, "0");
    else if (address == target)
        snprintf(text, size, "target");
    else if (marked_instruction && offset <= LONGEST_SEQUENCE)
        snprintf(text, size, "+%u", (unsigned int)offset);
    else
        snprintf(text, size, "other");
}

void describe_fault(char *text, size_t size, const siginfo_t *information,
                    const ucontext_t *context, uintptr_t target)
{
    const greg_t *registers = context->uc_mcontext.gregs;
    uint64_t selectors = registers[REG_CSGSFS];
    char name[40], ip[20], address[20], cr2[20];

    describe_signal(name, sizeof(name), information);
    classify(ip, sizeof(ip), registers[REG_RIP], target);
    classify(address, sizeof(address), (uintptr_t)information->si_addr,
             target);
    classify(cr2, sizeof(cr2), registers[REG_CR2], target);
    bool page_fault = registers[REG_TRAPNO] == TRAP_PAGE_FAULT;
    snprintf(text, size,
             "%s addr=%s trap=%lld err=%#llx%s%s ip=%s cs=%#x ss=%#x "
             "flags=%#llx", name, address,
             registers[REG_TRAPNO], registers[REG_ERR],
             page_fault ? " cr2=" : "", page_fault ? cr2 : "", ip,
             (unsigned int)(selectors & 0xffff),
             (unsigned int)(selectors >> 48),
             registers[REG_EFL] & ~FLAGS_ARITHMETIC);
}

static void report_fault(int signal_number, siginfo_t *information,
                         void *context)
{
    char text[256];
    (void)signal_number;
    /* Delivery keeps AC: the printing itself would fault. */
    uint64_t flags = __builtin_ia32_readeflags_u64();
    __builtin_ia32_writeeflags_u64(flags & ~(uint64_t)FLAGS_AC);
    describe_fault(text, sizeof(text), information, context,
                   expected_target);
    observe_here("%s", text);
    _exit(0);
}

void expect_fault(uintptr_t target)
{
    static const int signals[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP,
                                   SIGSYS };
    expected_target = target;
    marked_instruction = 0;
    use_alternate_stack();
    for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
        handle(signals[i], report_fault);
}

void no_fault(void)
{
    observe_here("no fault");
    _exit(0);
}
