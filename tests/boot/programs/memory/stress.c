/* SPDX-License-Identifier: MIT */
/* A little of everything at once, by a fixed sequence of random numbers. */
#define _GNU_SOURCE
#include "common/check.h"
#include "memory.h"

#include <pthread.h>
#include <sys/mman.h>
#include <sys/wait.h>

enum { AREAS = 16, STEPS = 400, LARGEST = 48 };

struct area {
    char *pages;
    size_t count;
    uint64_t salt;
};

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525 + 1013904223;
    return *seed >> 8;
}

static void renew(struct area *area, uint32_t *seed)
{
    if (area->pages)
        munmap(area->pages, area->count * PAGE);
    area->count = 1 + next_random(seed) % LARGEST;
    area->pages = map_pages(area->count);
    area->salt = next_random(seed);
    fill_pages(area->pages, area->count, area->salt);
}

static void protect_and_back(struct area *area)
{
    size_t length = area->count * PAGE;
    mprotect(area->pages, length, PROT_NONE);
    mprotect(area->pages, length, PROT_READ);
    mprotect(area->pages, length, PROT_READ | PROT_WRITE);
}

static void move(struct area *area)
{
    size_t length = area->count * PAGE;
    char *target = map_pages(area->count);
    area->pages = mremap(area->pages, length, length,
                         MREMAP_MAYMOVE | MREMAP_FIXED, target);
}

static size_t fork_and_check(struct area *area)
{
    int status;
    pid_t child = fork();
    if (child == 0) {
        size_t wrong = wrong_pages(area->pages, area->count, area->salt);
        fill_pages(area->pages, area->count, ~area->salt);
        _exit(wrong + wrong_pages(area->pages, area->count, ~area->salt) > 0);
    }
    waitpid(child, &status, 0);
    return status != 0;
}

static size_t one_step(struct area *areas, uint32_t *seed)
{
    struct area *area = &areas[next_random(seed) % AREAS];
    if (!area->pages)
        renew(area, seed);
    size_t wrong = wrong_pages(area->pages, area->count, area->salt);
    switch (next_random(seed) % 12) {
    case 0: case 1: case 2: renew(area, seed); break;
    case 3: case 4: protect_and_back(area); break;
    case 5: case 6: move(area); break;
    case 7: wrong += fork_and_check(area); break;
    default:
        area->salt = next_random(seed);
        fill_pages(area->pages, area->count, area->salt);
    }
    return wrong;
}

static size_t run_steps(uint32_t seed)
{
    struct area areas[AREAS] = { 0 };
    size_t wrong = 0;
    for (int i = 0; i < STEPS; i++)
        wrong += one_step(areas, &seed);
    for (int i = 0; i < AREAS; i++)
        wrong += areas[i].pages ? wrong_pages(areas[i].pages, areas[i].count,
                                              areas[i].salt) : 0;
    return wrong;
}

static void alone(void)
{
    observe_here("wrong %zu", run_steps(1));
}

static void together(void)
{
    int status, bad = 0;
    for (int i = 0; i < 4; i++)
        if (fork() == 0)
            _exit(run_steps(100 + i) != 0);
    while (wait(&status) > 0)
        bad += status != 0;
    observe_here("bad %d", bad);
}

static void *run_thread(void *seed)
{
    return (void *)run_steps((uintptr_t)seed);
}

static void threads(void)
{
    pthread_t thread[4];
    size_t wrong = 0;
    for (uintptr_t i = 0; i < 4; i++)
        pthread_create(&thread[i], NULL, run_thread, (void *)(200 + i));
    for (int i = 0; i < 4; i++) {
        void *result;
        pthread_join(thread[i], &result);
        wrong += (size_t)result;
    }
    observe_here("wrong %zu", wrong);
}

/* More than a few page tables' worth, from zero and back. */
static void large(void)
{
    enum { COUNT = 20000 };
    size_t wrong = 0;
    for (int round = 0; round < 3; round++) {
        void *pages = map_pages(COUNT);
        fill_pages(pages, COUNT, round);
        wrong += wrong_pages(pages, COUNT, round);
        munmap(pages, COUNT * PAGE);
    }
    observe_here("wrong %zu", wrong);
}

void check_stress(void)
{
    check("stress", alone);
    check("stress-processes", together);
    check("stress-threads", threads);
    check("stress-large", large);
}
