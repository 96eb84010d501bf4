/* SPDX-License-Identifier: MIT */
/* System calls that a signal interrupts: error or restart. */
#define _GNU_SOURCE
#include "common/check.h"
#include "syscalls.h"

#include <errno.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>

static volatile int ticks;

static void count_tick(int signal_number)
{
    (void)signal_number;
    ticks++;
}

/* SIGALRM once after 20 ms, then every 20 ms. */
static void start_ticks(int flags)
{
    struct sigaction action = { .sa_handler = count_tick, .sa_flags = flags };
    struct itimerval value = { { 0, 20000 }, { 0, 20000 } };
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &value, NULL);
}

static void interrupted_pause(void)
{
    start_ticks(SA_RESTART);
    int result = pause();
    observe_here("%d %s", result, strerror(errno));
}

static void interrupted_read(const void *flags)
{
    int ends[2];
    char byte = 0;
    if (pipe(ends))
        give_up("make a pipe");
    pid_t child = fork();
    if (child == 0) {
        usleep(150000);
        _exit(write(ends[1], "x", 1) != 1);
    }
    start_ticks(*(const int *)flags);
    ssize_t length = read(ends[0], &byte, 1);
    observe_here("%zd %s, ticks %s", length, length < 0 ? strerror(errno) : "",
                 ticks > 1 ? "many" : ticks ? "one" : "none");
}

static void interrupted_nanosleep(void)
{
    struct timespec wanted = { 0, 200000000 }, left = { 0, 0 };
    start_ticks(SA_RESTART);
    int result = nanosleep(&wanted, &left);
    observe_here("%d %s, time left: %s", result, strerror(errno),
                 left.tv_nsec > 0 ? "some" : "none");
}

/* Stopped and continued, a sleep goes on by restart_syscall. */
static void continued_nanosleep(void)
{
    pid_t sleeper = fork();
    if (sleeper == 0) {
        struct timespec wanted = { 0, 200000000 };
        _exit(nanosleep(&wanted, NULL) != 0);
    }
    usleep(50000);
    kill(sleeper, SIGSTOP);
    usleep(20000);
    kill(sleeper, SIGCONT);
    int status = 0;
    char text[60];
    syscall(SYS_wait4, sleeper, &status, 0, NULL);
    describe_status(text, sizeof(text), status);
    observe_here("%s", text);
}

static void interrupted_poll(void)
{
    start_ticks(SA_RESTART);
    int result = poll(NULL, 0, 500);
    observe_here("%d %s", result, strerror(errno));
}

void check_syscall_restart(void)
{
    static const int restart = SA_RESTART, plain = 0;

    check("interrupted-pause", interrupted_pause);
    check_with("interrupted-read", interrupted_read, &plain);
    check_with("restarted-read", interrupted_read, &restart);
    check("interrupted-nanosleep", interrupted_nanosleep);
    check("continued-nanosleep", continued_nanosleep);
    check("interrupted-poll", interrupted_poll);
}
