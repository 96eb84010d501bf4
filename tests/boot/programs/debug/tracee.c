/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "debug.h"

#include <errno.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

struct tracee start_tracee(void (*body)(void))
{
    struct tracee tracee = { .pid = fork() };
    if (tracee.pid < 0)
        give_up("fork a tracee");
    if (tracee.pid == 0) {
        ptrace(PTRACE_TRACEME, 0, NULL, NULL);
        raise(SIGSTOP);
        body();
        _exit(0);
    }
    if (waitpid(tracee.pid, &tracee.status, 0) < 0)
        give_up("wait for a tracee");
    ptrace(PTRACE_SETOPTIONS, tracee.pid, NULL,
           PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD);
    return tracee;
}

int trace(int request, const struct tracee *tracee, uintptr_t address,
          uintptr_t data)
{
    return ptrace(request, tracee->pid, address, data) ? errno : 0;
}

void resume(struct tracee *tracee, int request, int signal_number)
{
    if (trace(request, tracee, 0, signal_number))
        give_up("resume a tracee");
    if (waitpid(tracee->pid, &tracee->status, 0) < 0)
        give_up("wait for a tracee");
}

bool is_stopped(const struct tracee *tracee)
{
    return WIFSTOPPED(tracee->status);
}

void get_registers(const struct tracee *tracee,
                   struct user_regs_struct *registers)
{
    if (trace(PTRACE_GETREGS, tracee, 0, (uintptr_t)registers))
        give_up("get registers");
}

int set_registers(const struct tracee *tracee,
                  const struct user_regs_struct *registers)
{
    return trace(PTRACE_SETREGS, tracee, 0, (uintptr_t)registers);
}

uint64_t peek_user(const struct tracee *tracee, size_t offset)
{
    errno = 0;
    long value = ptrace(PTRACE_PEEKUSER, tracee->pid, offset, NULL);
    if (errno)
        give_up("peek at a register");
    return value;
}

int poke_user(const struct tracee *tracee, size_t offset, uint64_t value)
{
    return trace(PTRACE_POKEUSER, tracee, offset, value);
}

void describe_stop(const struct tracee *tracee, char *text, size_t size)
{
    siginfo_t information;
    if (!is_stopped(tracee))
        describe_status(text, size, tracee->status);
    else if (trace(PTRACE_GETSIGINFO, tracee, 0, (uintptr_t)&information))
        snprintf(text, size, "stop without siginfo");
    else
        describe_signal(text, size, &information);
}

void end_tracee(struct tracee *tracee)
{
    kill(tracee->pid, SIGKILL);
    waitpid(tracee->pid, &tracee->status, 0);
}
