/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "check.h"

#include <sys/wait.h>

const char *signal_name(int signal_number)
{
    static const char *const names[] = {
        [SIGHUP] = "SIGHUP",   [SIGINT] = "SIGINT",   [SIGQUIT] = "SIGQUIT",
        [SIGILL] = "SIGILL",   [SIGTRAP] = "SIGTRAP", [SIGABRT] = "SIGABRT",
        [SIGBUS] = "SIGBUS",   [SIGFPE] = "SIGFPE",   [SIGKILL] = "SIGKILL",
        [SIGUSR1] = "SIGUSR1", [SIGSEGV] = "SIGSEGV", [SIGUSR2] = "SIGUSR2",
        [SIGPIPE] = "SIGPIPE", [SIGALRM] = "SIGALRM", [SIGTERM] = "SIGTERM",
        [SIGCHLD] = "SIGCHLD", [SIGCONT] = "SIGCONT", [SIGSTOP] = "SIGSTOP",
        [SIGSYS] = "SIGSYS",
    };
    static char unnamed[16];

    if (signal_number > 0 &&
        signal_number < (int)(sizeof(names) / sizeof(names[0])) &&
        names[signal_number])
        return names[signal_number];
    snprintf(unnamed, sizeof(unnamed), "signal %d", signal_number);
    return unnamed;
}

struct code_name {
    int signal_number, code;
    const char *name;
};

static const struct code_name code_names[] = {
    { SIGSEGV, SEGV_MAPERR, "MAPERR" }, { SIGSEGV, SEGV_ACCERR, "ACCERR" },
    { SIGSEGV, SEGV_BNDERR, "BNDERR" }, { SIGSEGV, SEGV_PKUERR, "PKUERR" },
    { SIGBUS, BUS_ADRALN, "ADRALN" },   { SIGBUS, BUS_ADRERR, "ADRERR" },
    { SIGBUS, BUS_OBJERR, "OBJERR" },   { SIGILL, ILL_ILLOPC, "ILLOPC" },
    { SIGILL, ILL_ILLOPN, "ILLOPN" },   { SIGILL, ILL_PRVOPC, "PRVOPC" },
    { SIGFPE, FPE_INTDIV, "INTDIV" },   { SIGFPE, FPE_INTOVF, "INTOVF" },
    { SIGFPE, FPE_FLTDIV, "FLTDIV" },   { SIGFPE, FPE_FLTOVF, "FLTOVF" },
    { SIGFPE, FPE_FLTUND, "FLTUND" },   { SIGFPE, FPE_FLTRES, "FLTRES" },
    { SIGFPE, FPE_FLTINV, "FLTINV" },   { SIGFPE, FPE_FLTSUB, "FLTSUB" },
    { SIGTRAP, TRAP_BRKPT, "BRKPT" },   { SIGTRAP, TRAP_TRACE, "TRACE" },
    { SIGTRAP, TRAP_BRANCH, "BRANCH" }, { SIGTRAP, TRAP_HWBKPT, "HWBKPT" },
};

static const char *code_name(int signal_number, int code)
{
    for (size_t i = 0; i < sizeof(code_names) / sizeof(code_names[0]); i++)
        if (code_names[i].signal_number == signal_number &&
            code_names[i].code == code)
            return code_names[i].name;
    switch (code) {
    case SI_USER:   return "USER";
    case SI_KERNEL: return "KERNEL";
    case SI_TKILL:  return "TKILL";
    case SI_TIMER:  return "TIMER";
    case SI_QUEUE:  return "QUEUE";
    default:        return NULL;
    }
}

void describe_signal(char *text, size_t size, const siginfo_t *information)
{
    const char *code = code_name(information->si_signo,
                                 information->si_code);
    const char *name = signal_name(information->si_signo);
    if (code)
        snprintf(text, size, "%s/%s", name, code);
    else
        snprintf(text, size, "%s/%d", name, information->si_code);
}

void describe_status(char *text, size_t size, int status)
{
    if (WIFEXITED(status))
        snprintf(text, size, "exit %d", WEXITSTATUS(status));
    else if (WIFSTOPPED(status))
        snprintf(text, size, "stopped by %s (event %d)",
                 signal_name(WSTOPSIG(status) & 0x7f), status >> 16);
    else if (WIFSIGNALED(status))
        snprintf(text, size, "killed by %s%s", signal_name(WTERMSIG(status)),
                 WCOREDUMP(status) ? " (core)" : "");
    else
        snprintf(text, size, "status %#x", status);
}
