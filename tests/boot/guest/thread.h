/* SPDX-License-Identifier: MIT */
/* What the programs here that run threads on several CPUs share. */
#ifndef THREAD_H
#define THREAD_H

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

/* End with status 2, and say by errno what went wrong. */
static inline void give_up(const char *what)
{
    perror(what);
    exit(2);
}

/* This thread runs on one CPU from now on. */
static inline void pin(int cpu)
{
    cpu_set_t set;

    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    if (sched_setaffinity(0, sizeof set, &set))
        give_up("sched_setaffinity");
}

static inline pthread_t start_thread(void *(*run)(void *), void *argument)
{
    pthread_t thread;
    int error = pthread_create(&thread, NULL, run, argument);

    if (error) {
        errno = error;
        give_up("pthread_create");
    }
    return thread;
}

#endif
