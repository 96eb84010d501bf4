/* SPDX-License-Identifier: MIT */
#include "signals.h"

#include <linux/mman.h>

struct kernel_sigaction {
    void *handler;
    unsigned long flags;
    void *restorer;
    uint32_t mask[2];
};

struct old_sigaction_32 {
    void *handler;
    uint32_t mask;
    unsigned long flags;
    void *restorer;
};

struct interval {
    long seconds, microseconds;
};

void handle(int signal_number, signal_handler *handler, unsigned int flags)
{
    struct kernel_sigaction action = {
        .handler = handler,
        .flags = SA_SIGINFO | SA_ONSTACK | flags,
    };
    if (CALL6(__NR_rt_sigaction, signal_number, &action, 0,
              sizeof(action.mask), 0, 0))
        give_up("set a signal handler");
}

void handle_old_style(int signal_number, void (*handler)(int),
                      unsigned int flags)
{
    struct old_sigaction_32 action = { .handler = handler, .flags = flags };
    if (CALL3(__NR_sigaction, signal_number, &action, 0))
        give_up("set an old-style signal handler");
}

void use_alternate_stack(void)
{
    enum { SIZE = 1 << 16 };
    stack_t stack = {
        .ss_sp = map_memory(0, SIZE, PROT_READ | PROT_WRITE),
        .ss_size = SIZE,
    };
    if (CALL2(__NR_sigaltstack, &stack, 0))
        give_up("set the alternate signal stack");
}

void tick_every(long microseconds)
{
    struct interval value[2] = { { 0, microseconds }, { 0, microseconds } };
    CALL3(__NR_setitimer, 0 /* ITIMER_REAL */, value, 0);
}

volatile uint32_t marked_instruction;
static uint32_t expected_target;

enum {
    FLAGS_ARITHMETIC = 0x8d5,
    FLAGS_AC = 0x40000,
    TRAP_PAGE_FAULT = 14,
    LONGEST_SEQUENCE = 64,
};

static void classify(char *text, size_t size, uint32_t address,
                     uint32_t target)
{
    uint32_t offset = address - marked_instruction;
    if (address == 0)
        format_text(text, size, "0");
    else if (address == target)
        format_text(text, size, "target");
    else if (marked_instruction && offset <= LONGEST_SEQUENCE)
        format_text(text, size, "+%d", (int)offset);
    else
        format_text(text, size, "other");
}

void describe_fault(char *text, size_t size, int signal_number,
                    const siginfo_t *information,
                    const struct ucontext *context, uint32_t target)
{
    const struct sigcontext *c = &context->uc_mcontext;
    char address[16], ip[16], cr2[16] = "-";
    classify(address, sizeof(address), (uint32_t)information->si_addr,
             target);
    classify(ip, sizeof(ip), c->eip, target);
    if (c->trapno == TRAP_PAGE_FAULT)
        classify(cr2, sizeof(cr2), c->cr2, target);
    format_text(text, size,
                "signal %d code %d addr=%s trap=%d err=0x%x cr2=%s ip=%s "
                "cs=0x%x ss=0x%x ds=0x%x es=0x%x fs=0x%x gs=0x%x flags=0x%x",
                signal_number, information->si_code, address, (int)c->trapno,
                (uint32_t)c->err, cr2, ip, c->cs, c->ss, c->ds, c->es, c->fs,
                c->gs, (uint32_t)c->eflags & ~FLAGS_ARITHMETIC);
}

static void report_fault(int signal_number, siginfo_t *information,
                         struct ucontext *context)
{
    char text[300];
    asm volatile("pushf\n\tandl %0, (%%esp)\n\tpopf"
                 : : "i"(~FLAGS_AC) : "cc", "memory");
    describe_fault(text, sizeof(text), signal_number, information, context,
                   expected_target);
    observe_here("%s", text);
    exit_now(0);
}

void expect_fault(uint32_t target)
{
    static const int signals[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP };
    static bool has_stack;
    expected_target = target;
    marked_instruction = 0;
    if (!has_stack)
        use_alternate_stack();
    has_stack = true;
    for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
        handle(signals[i], report_fault, 0);
}

void no_fault(void)
{
    observe_here("no fault");
    exit_now(0);
}
