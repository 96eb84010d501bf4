/* SPDX-License-Identifier: MIT */
/*
 * flushes COUNT IDLE: throw a page away COUNT times, while threads of the
 * same address space run on all CPUs but the last IDLE ones, so that each
 * time their translations have to be flushed once.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "thread.h"

enum { PAGE = 4096 };

static atomic_int running;

static void *spin(void *cpu)
{
    pin((int)(long)cpu);
    atomic_fetch_add(&running, 1);
    for (;;)
        __builtin_ia32_pause();
    return NULL;
}

int main(int argc, char **argv)
{
    int cpus = (int)sysconf(_SC_NPROCESSORS_ONLN);
    int count = argc > 1 ? atoi(argv[1]) : 100;
    int busy = cpus - (argc > 2 ? atoi(argv[2]) : 0);
    volatile char *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
                               MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (page == MAP_FAILED)
        give_up("mmap");
    pin(0);
    for (long cpu = 1; cpu < busy; cpu++)
        start_thread(spin, (void *)cpu);
    while (atomic_load(&running) < busy - 1)
        sched_yield();
    for (int i = 0; i < count; i++) {
        *page = 1;
        if (madvise((char *)page, PAGE, MADV_DONTNEED))
            give_up("madvise");
    }
    printf("flushed %d times\n", count);
    fflush(stdout);
    _exit(0);
}
