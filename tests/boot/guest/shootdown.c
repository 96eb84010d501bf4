/* SPDX-License-Identifier: MIT */
/*
 * shootdown SECONDS: are other CPUs' translations gone when mprotect() or
 * mremap() returns?
 *
 * A thread on each CPU writes to a page of its own again and again. The
 * first CPU takes the right to write away, or the page, and looks twice at
 * what they have written: nothing may change between the looks. A thread
 * that faults waits until it may go on.
 *
 * Prints "rounds N faults M" at the end, or what was seen, with status 1.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "thread.h"

enum { WRITERS_MAX = 64, PAGE = 4096 };

static char *window;            /* what the writers write to */
static char *elsewhere;         /* where mremap() puts it */
static _Thread_local sigjmp_buf resume;
static atomic_int round_number;
static atomic_long faults;
static atomic_bool done;

static void on_fault(int signal)
{
    (void)signal;
    siglongjmp(resume, 1);
}

static void *writer(void *argument)
{
    int cpu = (int)(long)argument;
    volatile unsigned *word = (unsigned *)(window + (size_t)cpu * PAGE);
    int seen;

    pin(cpu);
    if (sigsetjmp(resume, 1)) {
        seen = atomic_load(&round_number);
        atomic_fetch_add(&faults, 1);
        while (atomic_load(&round_number) == seen && !atomic_load(&done))
            sched_yield();
    }
    while (!atomic_load(&done))
        ++*word;
    return NULL;
}

static void look(const char *pages, int writers, unsigned *values)
{
    for (int i = 1; i <= writers; i++)
        memcpy(&values[i], pages + (size_t)i * PAGE, sizeof values[i]);
}

static int check(const char *pages, int writers, const char *after)
{
    unsigned before[WRITERS_MAX + 1], behind[WRITERS_MAX + 1];
    struct timespec pause = { 0, 200000 };

    look(pages, writers, before);
    nanosleep(&pause, NULL);
    look(pages, writers, behind);
    for (int i = 1; i <= writers; i++)
        if (before[i] != behind[i]) {
            printf("CPU %d wrote after %s\n", i, after);
            return 1;
        }
    return 0;
}

/* Both ways to take it away; 1: a write was seen. */
static int one_round(int writers, size_t size, bool move)
{
    int bad;

    if (!move) {
        if (mprotect(window, size, PROT_READ))
            give_up("mprotect");
        bad = check(window, writers, "mprotect");
        if (mprotect(window, size, PROT_READ | PROT_WRITE))
            give_up("mprotect");
    } else {
        int how = MREMAP_MAYMOVE | MREMAP_FIXED;

        if (mremap(window, size, size, how, elsewhere) != elsewhere)
            give_up("mremap");
        bad = check(elsewhere, writers, "mremap");
        if (mremap(elsewhere, size, size, how, window) != window)
            give_up("mremap");
    }
    atomic_fetch_add(&round_number, 1);
    return bad;
}

int main(int argc, char **argv)
{
    int writers = (int)sysconf(_SC_NPROCESSORS_ONLN) - 1;
    time_t end = time(NULL) + (argc > 1 ? atoi(argv[1]) : 5);
    struct sigaction action = { .sa_handler = on_fault };
    pthread_t threads[WRITERS_MAX + 1];
    int bad = 0;

    if (writers > WRITERS_MAX)
        writers = WRITERS_MAX;

    size_t size = ((size_t)writers + 1) * PAGE;

    window = mmap(NULL, 2 * size, PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (window == MAP_FAILED)
        give_up("mmap");
    elsewhere = window + size;
    sigaction(SIGSEGV, &action, NULL);
    pin(0);
    for (long i = 1; i <= writers; i++)
        threads[i] = start_thread(writer, (void *)i);
    for (int round = 0; time(NULL) < end && !bad; round++)
        bad = one_round(writers, size, round & 1);
    atomic_store(&done, true);
    if (bad)
        return 1;
    for (int i = 1; i <= writers; i++)
        pthread_join(threads[i], NULL);
    printf("rounds %d faults %ld\n", atomic_load(&round_number),
           atomic_load(&faults));
    return 0;
}
