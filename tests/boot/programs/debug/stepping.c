/* SPDX-License-Identifier: MIT */
/* Single-step over all kinds of instructions. */
#define _GNU_SOURCE
#include "debug.h"

#include <sys/ptrace.h>
#include <sys/syscall.h>

static char from[64], to[64];

/* The code to be stepped; ends at `sequence_end`. */
extern const char sequence_start[], sequence_end[];

static void sequence(void)
{
    asm volatile(
        "sequence_start:\n\t"
        "mov $39, %%eax\n\tsyscall\n\t"
        "mov $20, %%eax\n\tint $0x80\n\t"
        "mov $24, %%eax\n\tsyscall\n\t"
        "pushfq\n\tpop %%rax\n\tmov %%rax, %%r12\n\t"
        "push %%rax\n\tpopfq\n\t"
        "mov %0, %%rsi\n\tmov %1, %%rdi\n\tmov $10, %%ecx\n\trep movsb\n\t"
        "mov $5, %%ecx\n\trep stosb\n\t"
        "mov $20, %%ecx\n1:\tdec %%ecx\n\tjnz 1b\n\t"
        "mov %%ss, %%eax\n\tmov %%eax, %%ss\n\tnop\n\tnop\n\t"
        "mov %%ss, %%ebx\n\tmov $39, %%eax\n\tmov %%ebx, %%ss\n\tsyscall\n\t"
        "push %%rbx\n\txor %%eax, %%eax\n\tcpuid\n\trdtsc\n\tpop %%rbx\n\t"
        "lfence\n\tmov $0, %%edx\n\txchg %%eax, (%1)\n\t"
        "movb $1, (%1)\n\tpushq $0\n\tpop %%rax\n\t"
        "sequence_end:\tnop\n\tnop"
        : : "r"(from), "r"(to)
        : "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "r10", "r11", "r12", "r8",
          "r9", "memory", "cc");
}

/* Steps until the sequence has been passed; prints each place once. */
static void step_sequence(int request)
{
    struct tracee tracee = start_tracee(sequence);
    struct user_regs_struct registers;
    char text[700] = "";
    size_t used = 0;
    int steps = 0, inside = 0;
    uint64_t pushed = 0;

    while (steps++ < 20000) {
        resume(&tracee, request, 0);
        if (!is_stopped(&tracee))
            break;
        get_registers(&tracee, &registers);
        uint64_t offset = registers.rip - (uintptr_t)sequence_start;
        if (offset > (uint64_t)(sequence_end - sequence_start)) {
            if (inside)
                break;
            continue;
        }
        inside++;
        pushed = registers.r12;
        if (used + 8 < sizeof(text))
            used += snprintf(text + used, sizeof(text) - used, " %x",
                             (unsigned int)offset);
    }
    observe_here("%d stops:%s", inside, text);
    observe_here("pushed flags %#llx, tf %s", (unsigned long long)pushed &
                 ~FLAGS_ARITHMETIC, pushed & FLAGS_TF ? "seen" : "hidden");
    char stop[60];
    describe_stop(&tracee, stop, sizeof(stop));
    observe_here("last stop %s, dr6 %#llx", stop, (unsigned long long)
                 peek_user(&tracee, DEBUG_REGISTER(6)));
    end_tracee(&tracee);
}

static void single_step(void)
{
    step_sequence(PTRACE_SINGLESTEP);
}

/* PTRACE_SINGLEBLOCK needs DebugCtl.BTF; kernels may refuse it. */
static void block_step(void)
{
    struct tracee tracee = start_tracee(sequence);
    int result = trace(PTRACE_SINGLEBLOCK, &tracee, 0, 0);
    observe_here("%s", result ? strerror(result) : "accepted");
    end_tracee(&tracee);
}

static void many_instructions(void)
{
    volatile unsigned int sum = 0;
    for (int i = 0; i < 200; i++)
        sum += i * i;
    getppid();
    for (int i = 0; i < 200; i++)
        sum ^= i << 3;
    _exit(sum & 0x7f);
}

static void step_to_the_end(void)
{
    struct tracee tracee = start_tracee(many_instructions);
    int steps = 0;
    while (is_stopped(&tracee) && steps++ < 20000)
        resume(&tracee, PTRACE_SINGLESTEP, 0);
    char text[60];
    describe_status(text, sizeof(text), tracee.status);
    observe_here("%s after %s steps", text, steps > 2000 ? "many" : "few");
}

static volatile sig_atomic_t handled;

static void handler(int signal_number)
{
    handled = signal_number;
}

static void raise_signal(void)
{
    signal(SIGUSR1, handler);
    raise(SIGUSR1);
    _exit(handled == SIGUSR1 ? 7 : 8);
}

/* A step that delivers a signal stops at the handler's first instruction. */
static void step_into_handler(void)
{
    struct tracee tracee = start_tracee(raise_signal);
    struct user_regs_struct registers;
    resume(&tracee, PTRACE_CONT, 0);
    char text[60];
    describe_stop(&tracee, text, sizeof(text));
    resume(&tracee, PTRACE_SINGLESTEP, SIGUSR1);
    get_registers(&tracee, &registers);
    observe_here("%s, then %s the handler, flags %#llx", text,
                 registers.rip == (uintptr_t)handler ? "at" : "not at",
                 (unsigned long long)registers.eflags & ~FLAGS_ARITHMETIC);
    resume(&tracee, PTRACE_CONT, 0);
    describe_status(text, sizeof(text), tracee.status);
    observe_here("%s", text);
}

static void fault(void)
{
    asm volatile("movl $1, 0x1234");
}

static void step_into_fault(void)
{
    struct tracee tracee = start_tracee(fault);
    char text[60];
    for (int i = 0; i < 2000 && is_stopped(&tracee); i++) {
        resume(&tracee, PTRACE_SINGLESTEP, 0);
        describe_stop(&tracee, text, sizeof(text));
        if (strcmp(text, "SIGTRAP/TRACE"))
            break;
    }
    observe_here("%s", text);
    resume(&tracee, PTRACE_SINGLESTEP, SIGSEGV);
    describe_status(text, sizeof(text), tracee.status);
    observe_here("%s", text);
}

/* The tracee sets TF itself: its traps are its own. */
static void set_trap_flag(void)
{
    signal(SIGTRAP, handler);
    asm volatile("pushfq\n\torl $0x100, (%rsp)\n\tpopfq\n\tnop\n\t"
                 "pushfq\n\tandl $~0x100, (%rsp)\n\tpopfq");
    _exit(handled == SIGTRAP ? 7 : 8);
}

static void own_trap_flag(void)
{
    struct tracee tracee = start_tracee(set_trap_flag);
    char text[60] = "";
    int stops = 0;
    for (; stops < 50; stops++) {
        resume(&tracee, PTRACE_CONT, stops ? SIGTRAP : 0);
        if (!is_stopped(&tracee))
            break;
        describe_stop(&tracee, text, sizeof(text));
    }
    char end[60];
    describe_status(end, sizeof(end), tracee.status);
    observe_here("%d stops, last %s, %s", stops, text, end);
}

void check_stepping(void)
{
    check("step-sequence", single_step);
    check("step-block", block_step);
    check("step-to-the-end", step_to_the_end);
    check("step-into-handler", step_into_handler);
    check("step-into-fault", step_into_fault);
    check("step-own-tf", own_trap_flag);
}
