/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "check.h"

#include <errno.h>
#include <sched.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>

static const char *program_name;
static char **wanted;
static char here[128];
static volatile pid_t running;
static volatile sig_atomic_t timed_out;

static void kill_the_hanging(int signal_number)
{
    (void)signal_number;
    timed_out = 1;
    kill(-running, SIGKILL);
    kill(running, SIGKILL);
}

void check_begin(int argc, char **argv, const char *program)
{
    program_name = program;
    wanted = argc > 1 ? argv + 1 : NULL;
    struct sigaction action = { .sa_handler = kill_the_hanging };
    sigaction(SIGALRM, &action, NULL);
}

static bool is_wanted(const char *name)
{
    if (!wanted)
        return true;
    for (char **prefix = wanted; *prefix; prefix++)
        if (!strncmp(name, *prefix, strlen(*prefix)))
            return true;
    return false;
}

/*
 * One write() for each line, so that other output doesn't cut it in two; more
 * only when a signal does.
 */
static void write_line(const char *line, size_t length)
{
    while (length) {
        ssize_t written = write(STDOUT_FILENO, line, length);
        if (written < 0 && errno != EINTR)
            _exit(1);
        if (written > 0) {
            line += written;
            length -= written;
        }
    }
}

int check_end(void)
{
    write_line("done\n", 5);
    return 0;
}

static void observe_list(const char *name, const char *format, va_list list)
{
    char line[1024];
    int head = snprintf(line, sizeof(line), "%s/%s: ", program_name, name);
    int length = head + vsnprintf(line + head, sizeof(line) - head - 1,
                                  format, list);
    if (length > (int)sizeof(line) - 2)
        length = sizeof(line) - 2;
    line[length] = '\n';
    write_line(line, length + 1);
}

void observe(const char *name, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    observe_list(name, format, list);
    va_end(list);
}

void observe_here(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    observe_list(here, format, list);
    va_end(list);
}

void give_up(const char *what)
{
    observe_here("cannot %s: %s", what, strerror(errno));
    exit(0);
}

static void set_alarm(int seconds)
{
    struct itimerval value = { .it_value.tv_sec = seconds };
    setitimer(ITIMER_REAL, &value, NULL);
}

static void report_end(int status)
{
    if (timed_out)
        observe_here("HANG");
    else if (WIFSIGNALED(status) || WEXITSTATUS(status) != 0) {
        char text[64];
        describe_status(text, sizeof(text), status);
        observe_here("%s", text);
    }
}

void check_with(const char *name, void (*body)(const void *),
                const void *argument)
{
    if (!is_wanted(name))
        return;
    snprintf(here, sizeof(here), "%s", name);
    timed_out = 0;
    pid_t child = fork();
    if (child < 0)
        give_up("fork");
    if (child == 0) {
        setpgid(0, 0);
        signal(SIGALRM, SIG_DFL);
        body(argument);
        exit(0);
    }
    setpgid(child, child);
    running = child;
    set_alarm(CHECK_SECONDS);
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    set_alarm(0);
    report_end(status);
    kill(-child, SIGKILL);
}

struct plain_body {
    void (*body)(void);
};

static void run_plain(const void *argument)
{
    const struct plain_body *plain = argument;
    plain->body();
}

void check(const char *name, void (*body)(void))
{
    struct plain_body plain = { body };
    check_with(name, run_plain, &plain);
}

void handle(int signal_number, signal_handler *handler)
{
    struct sigaction action = {
        .sa_sigaction = handler,
        .sa_flags = SA_SIGINFO | SA_ONSTACK,
    };
    if (sigaction(signal_number, &action, NULL))
        give_up("set a signal handler");
}

void use_alternate_stack(void)
{
    enum { SIZE = 1 << 16 };
    static bool done;
    if (done)
        return;
    done = true;
    stack_t stack = {
        .ss_sp = mmap(NULL, SIZE, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
        .ss_size = SIZE,
    };
    if (stack.ss_sp == MAP_FAILED || sigaltstack(&stack, NULL))
        give_up("set the alternate signal stack");
}

void run_on_first_cpu(void)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(0, &set);
    if (sched_setaffinity(0, sizeof(set), &set))
        give_up("run on the first CPU");
}
