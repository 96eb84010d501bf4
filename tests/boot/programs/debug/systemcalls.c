/* SPDX-License-Identifier: MIT */
/* Stops at system calls, and what a tracer may change there. */
#define _GNU_SOURCE
#include "debug.h"

#include <errno.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>

static void some_calls(void)
{
    syscall(SYS_getppid);
    syscall(SYS_close, -1);
    long result = 24;           /* getuid of i386 */
    asm volatile("int $0x80" : "+a"(result) : : "r8", "r9", "r10", "r11");
    syscall(SYS_sched_yield);
    syscall(SYS_exit, 3);
}

/* Number at entry, result (if no pid) and the kept registers at exit. */
static void observe_call(struct tracee *tracee)
{
    struct user_regs_struct entry, exit;
    get_registers(tracee, &entry);
    resume(tracee, PTRACE_SYSCALL, 0);
    if (!is_stopped(tracee)) {
        observe_here("call %lld does not return", (long long)entry.orig_rax);
        return;
    }
    get_registers(tracee, &exit);
    observe_here("call %lld rax at entry %lld, at exit %s, rcx %s, r11 %s",
                 (long long)entry.orig_rax, (long long)entry.rax,
                 (int64_t)exit.rax < 0 ? strerror(-exit.rax) : "good",
                 exit.rcx == exit.rip ? "rip" : "other",
                 exit.r11 == exit.eflags ? "flags" : "other");
}

static void stops(void)
{
    struct tracee tracee = start_tracee(some_calls);
    for (int i = 0; i < 10; i++) {
        resume(&tracee, PTRACE_SYSCALL, 0);
        if (!is_stopped(&tracee))
            break;
        observe_call(&tracee);
        if (!is_stopped(&tracee))
            break;
    }
    char text[60];
    describe_status(text, sizeof(text), tracee.status);
    observe_here("%s", text);
}

static void exit_with_result(void)
{
    long result = syscall(SYS_getppid);
    _exit(result == 77 ? 1 : result == -1 && errno == ENOSYS ? 2 : 3);
}

/* Skipping a call: orig_rax becomes -1. */
static void skipped(void)
{
    struct tracee tracee = start_tracee(exit_with_result);
    char text[60];
    resume(&tracee, PTRACE_SYSCALL, 0);
    poke_user(&tracee, REGISTER(orig_rax), -1);
    resume(&tracee, PTRACE_SYSCALL, 0);
    resume(&tracee, PTRACE_CONT, 0);
    describe_status(text, sizeof(text), tracee.status);
    observe_here("%s", text);
}

static void result_changed(void)
{
    struct tracee tracee = start_tracee(exit_with_result);
    char text[60];
    resume(&tracee, PTRACE_SYSCALL, 0);
    resume(&tracee, PTRACE_SYSCALL, 0);
    poke_user(&tracee, REGISTER(rax), 77);
    resume(&tracee, PTRACE_CONT, 0);
    describe_status(text, sizeof(text), tracee.status);
    observe_here("%s", text);
}

/* PTRACE_SYSEMU: the call doesn't happen, the tracer provides the result. */
static void emulated(void)
{
    struct tracee tracee = start_tracee(exit_with_result);
    char text[60];
    resume(&tracee, PTRACE_SYSEMU, 0);
    long long number = peek_user(&tracee, REGISTER(orig_rax));
    poke_user(&tracee, REGISTER(rax), 77);
    resume(&tracee, PTRACE_CONT, 0);
    describe_status(text, sizeof(text), tracee.status);
    observe_here("call %lld, %s", number, text);
}

struct exit_change {
    const char *name;
    size_t offset;
    uint64_t value;
};

/*
 * Registers changed while stopped at a call's exit: the way back must then not
 * be SYSRET's, or must restore them all the same. Steps once to see.
 */
static void change_at_exit(const void *argument)
{
    const struct exit_change *change = argument;
    struct tracee tracee = start_tracee(exit_with_result);
    char text[60];
    resume(&tracee, PTRACE_SYSCALL, 0);
    resume(&tracee, PTRACE_SYSCALL, 0);
    int result = poke_user(&tracee, change->offset, change->value);
    resume(&tracee, PTRACE_SINGLESTEP, 0);
    describe_stop(&tracee, text, sizeof(text));
    uint64_t after = peek_user(&tracee, change->offset);
    if (change->offset == REGISTER(eflags))
        after &= ~FLAGS_ARITHMETIC;
    else if (after != change->value)
        after = 0;
    observe_here("%s, after a step %s, %#llx", strerror(result), text,
                 (unsigned long long)after);
    resume(&tracee, PTRACE_CONT, 0);
    describe_stop(&tracee, text, sizeof(text));
    observe_here("in the end %s", text);
    if (is_stopped(&tracee))
        end_tracee(&tracee);
}

static const struct exit_change changes[] = {
    { "exit-rcx", REGISTER(rcx), 0x1234567812345678 },
    { "exit-r11", REGISTER(r11), 0x123456789abcdef0 },
    { "exit-rip-noncanonical", REGISTER(rip), 0x800000000000 },
    { "exit-rip-kernel", REGISTER(rip), 0xffff888000000000 },
    { "exit-rip-xen", REGISTER(rip), 0xffff82d080200000 },
    { "exit-rsp-noncanonical", REGISTER(rsp), 0x800000000000 },
    { "exit-flags", REGISTER(eflags), 0x40647 },
    { "exit-flags-rf", REGISTER(eflags), 0x10202 },
    { "exit-ss-0", REGISTER(ss), 0x3 },
    { "exit-ss-xen", REGISTER(ss), 0xe02b },
};

void check_system_call_stops(void)
{
    check("syscall-stops", stops);
    check("syscall-skipped", skipped);
    check("syscall-result", result_changed);
    check("syscall-emulated", emulated);
    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++)
        check_with(changes[i].name, change_at_exit, &changes[i]);
}
