/* SPDX-License-Identifier: MIT */
/* Bases over context switches: processes, threads, preemption. */
#define _GNU_SOURCE
#include "common/check.h"
#include "bases.h"

#include <pthread.h>
#include <sched.h>
#include <sys/wait.h>

enum { RIVALS = 6, ROUNDS = 2000 };

static uint64_t block[RIVALS];

/*
 * One of several rivals: keeps its own base and looks whether it stays, also
 * by reading through it. Odd ones set it by instruction, one has none.
 */
static bool rival(int number)
{
    uint64_t base = number ? (uint64_t)&block[number] : 0;
    bool good = true;

    block[number] = 100 + number;
    if (number % 2 && has_base_instructions())
        write_gs_base(base);
    else
        set_base(SET_GS, base);
    for (int i = 0; i < ROUNDS && good; i++) {
        sched_yield();
        good &= !base || read_by_gs(0) == 100u + number;
        if (has_base_instructions())
            good &= read_gs_base() == base;
        if (i % 64 == 0)
            good &= get_base(GET_GS) == base;
    }
    return good;
}

static void processes(void)
{
    int wrong = 0, status;
    run_on_first_cpu();
    for (int i = 0; i < RIVALS; i++)
        if (fork() == 0)
            _exit(!rival(i));
    while (wait(&status) > 0)
        wrong += status != 0;
    observe_here("wrong in %d", wrong);
}

static void *rival_thread(void *number)
{
    return (void *)(intptr_t)!rival((intptr_t)number);
}

static void threads(void)
{
    pthread_t thread[RIVALS];
    int wrong = 0;
    run_on_first_cpu();
    for (intptr_t i = 0; i < RIVALS; i++)
        if (pthread_create(&thread[i], NULL, rival_thread, (void *)i))
            give_up("create a thread");
    for (int i = 0; i < RIVALS; i++) {
        void *result;
        pthread_join(thread[i], &result);
        wrong += result != NULL;
    }
    observe_here("wrong in %d", wrong);
}

/* Without any system call: only the timer switches. */
static bool spinning_rival(int number)
{
    bool good = true;
    set_base(SET_GS, (uint64_t)&block[number]);
    block[number] = 100 + number;
    for (int i = 0; i < 10000000; i++)
        good &= read_by_gs(0) == 100u + number;
    return good;
}

static void preemption(void)
{
    int wrong = 0, status;
    run_on_first_cpu();
    for (int i = 0; i < 3; i++)
        if (fork() == 0)
            _exit(!spinning_rival(i));
    while (wait(&status) > 0)
        wrong += status != 0;
    observe_here("wrong in %d", wrong);
}

static void inherited(void)
{
    int status;
    block[0] = 11;
    set_base(SET_GS, (uint64_t)block);
    if (fork() == 0)
        _exit(read_by_gs(0));
    wait(&status);
    char text[40];
    describe_status(text, sizeof(text), status);
    observe_here("%s", text);
}

/* A new thread starts with its parent's GS base. */
static void *report_thread(void *unused)
{
    (void)unused;
    return (void *)get_base(GET_GS);
}

static void new_thread(void)
{
    pthread_t thread;
    void *base;
    set_base(SET_GS, 0x77000);
    pthread_create(&thread, NULL, report_thread, NULL);
    pthread_join(thread, &base);
    observe_here("%p", base);
}

void check_base_switches(void)
{
    check("processes", processes);
    check("threads", threads);
    check("preemption", preemption);
    check("fork", inherited);
    check("new-thread", new_thread);
}
