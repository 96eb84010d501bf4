/* SPDX-License-Identifier: MIT */
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "operation.h"

/*
 * With so much of its own a process natively costs what it did where the
 * baselines were measured.
 */
enum { BODY = 52 << 10, LARGE = 64 << 20 };

static char body[BODY];
static void *large;

void wait_child(int child)
{
    int status;

    check(waitpid(child, &status, 0) == child && !status, "a child");
}

int start_child(void (*body)(void))
{
    int child = fork();

    check(child >= 0, "fork");
    if (!child) {
        body();
        _exit(0);
    }
    return child;
}

void end_child(int child)
{
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
}

static void nothing(void)
{
}

/* See tiny.S. */
static void execute_tiny(void)
{
    static char *const nothing_else[] = { "tiny", NULL };

    execve("/tests/tiny", nothing_else, nothing_else + 1);
    _exit(1);
}

static void fill(unsigned long count)
{
    (void)count;
    memset(body, 1, BODY);
}

static void run_fork(unsigned long count)
{
    while (count--)
        wait_child(start_child(nothing));
}

static void run_fork_exec(unsigned long count)
{
    while (count--)
        wait_child(start_child(execute_tiny));
}

static void run_vfork_exec(unsigned long count)
{
    while (count--) {
        int child = vfork();

        check(child >= 0, "vfork");
        if (!child)
            execute_tiny();
        wait_child(child);
    }
}

static void grow(unsigned long count)
{
    (void)count;
    large = mmap(NULL, LARGE, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    check(large != MAP_FAILED, "64 MiB");
    madvise(large, LARGE, MADV_NOHUGEPAGE);
    memset(large, 1, LARGE);
}

static void shrink(void)
{
    munmap(large, LARGE);
}

static void *thread(void *argument)
{
    return argument;
}

static void run_thread(unsigned long count)
{
    pthread_t id;

    while (count--) {
        check(!pthread_create(&id, NULL, thread, NULL), "a thread");
        pthread_join(id, NULL);
    }
}

const struct operation processes[] = {
    { "fork_exit_wait", 100, run_fork, fill, 0 },
    { 0 },
};

/* The first fork write-protects its pages, the second finds them so. */
const struct operation large_processes[] = {
    { "fork64M_exit_wait", 2, run_fork, grow, shrink },
    { 0 },
};

const struct operation programs[] = {
    { "fork_exec_tiny", 60, run_fork_exec, fill, 0 },
    { "vfork_exec_tiny", 60, run_vfork_exec, fill, 0 },
    { 0 },
};

const struct operation threads[] = {
    { "thread_create_join", 300, run_thread, 0, 0 },
    { 0 },
};
