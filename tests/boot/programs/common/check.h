/* SPDX-License-Identifier: MIT */
/*
 * What every user-space check shares: one line per observation, each check in
 * a process of its own, and the description of a signal.
 *
 * A check doesn't judge. It prints what a program can see, and the run on
 * microxen is compared with the run of the same kernel without it. So nothing
 * may be printed that differs between two runs on the same machine: no
 * addresses, process ids or times.
 */
#ifndef CHECK_H
#define CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <signal.h>
#include <ucontext.h>
#include <unistd.h>

enum {
    CHECK_SECONDS = 60,         /* a check that takes longer hangs */
};

enum eflags {
    FLAGS_CF = 1 << 0,
    FLAGS_TF = 1 << 8,
    FLAGS_IF = 1 << 9,
    FLAGS_DF = 1 << 10,
    FLAGS_IOPL = 3 << 12,
    FLAGS_NT = 1 << 14,
    FLAGS_RF = 1 << 16,
    FLAGS_AC = 1 << 18,
    FLAGS_ID = 1 << 21,
    FLAGS_ARITHMETIC = 0x8d5,   /* OF SF ZF AF PF CF: often undefined */
};

/*
 * Call first. `program` precedes each observation's name. With arguments, only
 * the checks whose name begins with one of them are run.
 */
void check_begin(int argc, char **argv, const char *program);

/* Call last: prints "done"; the result is main()'s. */
int check_end(void);

/* Prints "program/name: value". The value is printf-like. */
void observe(const char *name, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The same, under the name of the check that is being run. */
void observe_here(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/*
 * Runs `body` in a child with its own process group. A body that returns or
 * calls exit(0) has printed its own observations; for all others this prints
 * "HANG", "exit N" or "killed by SIGNAL".
 */
void check(const char *name, void (*body)(void));
void check_with(const char *name, void (*body)(const void *),
                const void *argument);

/* Ends the check that is being run: a step that cannot fail has failed. */
void give_up(const char *what) __attribute__((noreturn));

/* "SIGSEGV" etc.; never NULL. */
const char *signal_name(int signal_number);

/* Writes "SIGSEGV/MAPERR" etc. to `text`. */
void describe_signal(char *text, size_t size, const siginfo_t *information);

/* Writes how a waited-for process ended: "exit 0", "killed by SIGSEGV" ... */
void describe_status(char *text, size_t size, int status);

typedef void signal_handler(int, siginfo_t *, void *);

/* Installs a SA_SIGINFO | SA_ONSTACK handler. */
void handle(int signal_number, signal_handler *handler);

/* Gives the process's first thread an alternate signal stack, once. */
void use_alternate_stack(void);

/* From now on the process runs on CPU 0 only. */
void run_on_first_cpu(void);

#endif
