/* SPDX-License-Identifier: MIT */
/* System calls with unusual flags set: which come back, which trap. */
#define _GNU_SOURCE
#include "common/check.h"
#include "syscalls.h"

#include <sys/syscall.h>

struct flags_case {
    const char *name;
    uint64_t flags;
};

static const struct flags_case cases[] = {
    { "plain", 0 }, { "arithmetic", FLAGS_ARITHMETIC }, { "df", FLAGS_DF },
    { "ac", FLAGS_AC }, { "nt", FLAGS_NT }, { "id", FLAGS_ID },
    { "iopl", FLAGS_IOPL }, { "rf", FLAGS_RF },
    { "all", FLAGS_ARITHMETIC | FLAGS_DF | FLAGS_AC | FLAGS_NT | FLAGS_ID },
};

enum { BASE_FLAGS = 0x202 };

/*
 * `entry` is the instruction that enters the kernel. Everything between the
 * two POPFs must not touch memory misaligned (AC) or single-step.
 */
#define FLAGS_OVER(function, entry) \
    static uint64_t function(uint64_t flags, uint64_t call) \
    { \
        uint64_t after; \
        asm volatile("push %2\n\tpopfq\n\t" entry "\n\t" \
                     "pushfq\n\tpop %1\n\tpush %3\n\tpopfq" \
                     : "+a"(call), "=&b"(after) \
                     : "r"(flags | BASE_FLAGS), "i"(BASE_FLAGS) \
                     : "rcx", "r8", "r9", "r10", "r11", "cc", "memory"); \
        return after; \
    }

FLAGS_OVER(over_syscall, "syscall")
FLAGS_OVER(over_int80, "int $0x80")

static void flags_over_syscall(const void *argument)
{
    const struct flags_case *c = argument;
    observe_here("%#llx", (unsigned long long)
                 over_syscall(c->flags, SYS_getpid));
}

/* Not by way of the fast return: the process was switched away. */
static void flags_over_yield(const void *argument)
{
    const struct flags_case *c = argument;
    observe_here("%#llx", (unsigned long long)
                 over_syscall(c->flags, SYS_sched_yield));
}

static void flags_over_int80(const void *argument)
{
    const struct flags_case *c = argument;
    observe_here("%#llx", (unsigned long long)over_int80(c->flags, 20));
}

enum { MOST_STEPS = 16 };

static volatile uintptr_t steps[MOST_STEPS];
static volatile int step_count;

static void record_step(int signal_number, siginfo_t *information,
                        void *context)
{
    const ucontext_t *user = context;
    (void)signal_number;
    (void)information;
    if (step_count < MOST_STEPS)
        steps[step_count] = user->uc_mcontext.gregs[REG_RIP];
    step_count++;
}

/* Where the single-step traps come, as offsets from the entry instruction. */
#define STEP_OVER(function, entry, call) \
    static void function(void) \
    { \
        extern const char function##_start[]; \
        char text[200]; \
        size_t used = 0; \
        uint64_t result = call; \
        use_alternate_stack(); \
        handle(SIGTRAP, record_step); \
        asm volatile("pushfq\n\torl $0x100, (%%rsp)\n\tpopfq\n" \
                     #function "_start:\t" entry "\n\tnop\n\tnop\n\t" \
                     "pushfq\n\tandl $~0x100, (%%rsp)\n\tpopfq\n\tnop" \
                     : "+a"(result) \
                     : : "rcx", "r8", "r9", "r10", "r11", "cc", "memory"); \
        for (int i = 0; i < step_count && i < MOST_STEPS; i++) \
            used += snprintf(text + used, sizeof(text) - used, " %+d", \
                             (int)(steps[i] - (uintptr_t)function##_start)); \
        observe_here("%d traps:%s", step_count, text); \
    }

STEP_OVER(step_over_syscall, "syscall", SYS_getpid)
STEP_OVER(step_over_int80, "int $0x80", 20)
STEP_OVER(step_over_nop, "nop", 0)
STEP_OVER(step_over_rep, "mov $3, %%ecx\n1:\trep lodsb\n\tnop", 0)
STEP_OVER(step_over_int3, "int3", 0)
STEP_OVER(step_over_mov_ss, "mov %%ss, %%ecx\n\tmov %%ecx, %%ss\n\tnop", 0)
STEP_OVER(step_over_mov_ss_syscall,
          "mov %%ss, %%ecx\n\tmov %%ecx, %%ss\n\tsyscall", SYS_getpid)
STEP_OVER(step_over_cpuid, "push %%rbx\n\tcpuid\n\tpop %%rbx", 0)

void check_syscall_flags(void)
{
    char name[60];

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        snprintf(name, sizeof(name), "flags-over-syscall-%s", cases[i].name);
        check_with(name, flags_over_syscall, &cases[i]);
        snprintf(name, sizeof(name), "flags-over-yield-%s", cases[i].name);
        check_with(name, flags_over_yield, &cases[i]);
        snprintf(name, sizeof(name), "flags-over-int80-%s", cases[i].name);
        check_with(name, flags_over_int80, &cases[i]);
    }
    check("step-over-nop", step_over_nop);
    check("step-over-syscall", step_over_syscall);
    check("step-over-int80", step_over_int80);
    check("step-over-rep", step_over_rep);
    check("step-over-int3", step_over_int3);
    check("step-over-mov-ss", step_over_mov_ss);
    check("step-over-mov-ss-syscall", step_over_mov_ss_syscall);
    check("step-over-cpuid", step_over_cpuid);
}
