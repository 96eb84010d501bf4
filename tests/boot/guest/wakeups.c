/* SPDX-License-Identifier: MIT */
/*
 * wakeups SECONDS [PAIRS]: does any wake-up between CPUs get lost?
 *
 * Between each CPU and the next, two threads pass a byte to and fro, by
 * pipes and by futexes, so that nearly every pass puts a CPU to sleep and
 * wakes another one. A pair that makes no progress for STALL seconds has
 * lost a wake-up.
 *
 * Only the first PAIRS of them, if that is given: 1 is CPUs 0 and 1, by a
 * futex. A pass is two wake-ups.
 *
 * Prints "passes N median L us slowest M us", or which pair stood still,
 * with status 1.
 */
#define _GNU_SOURCE
#include <linux/futex.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "thread.h"

enum { PAIRS_MAX = 256, STALL = 10, MEDIAN_MAX = 1 << 20 };

struct pair {
    int there, back;            /* CPUs */
    bool by_pipe;
    int to[2], fro[2];
    atomic_int turn;            /* futex: 0 the first one's, 1 the other's */
    atomic_long passes;
    atomic_long slowest;        /* ns */
};

static struct pair pairs[PAIRS_MAX];
static atomic_bool done;
static atomic_uint took_us[MEDIAN_MAX];         /* how many passes */

static long now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000l + t.tv_nsec;
}

static void wait_turn(struct pair *pair, int mine)
{
    while (atomic_load(&pair->turn) != mine && !atomic_load(&done))
        syscall(SYS_futex, &pair->turn, FUTEX_WAIT_PRIVATE, !mine, NULL,
                NULL, 0);
}

static void give_turn(struct pair *pair, int mine)
{
    atomic_store(&pair->turn, !mine);
    syscall(SYS_futex, &pair->turn, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

static void take_byte(int from)
{
    char byte;

    if (read(from, &byte, 1) != 1 && !atomic_load(&done))
        give_up("read");
}

static void pass_byte(int to)
{
    if (write(to, "x", 1) != 1)
        give_up("write");
}

static void *first(void *argument)
{
    struct pair *pair = argument;

    pin(pair->there);
    while (!atomic_load(&done)) {
        long start = now();

        if (pair->by_pipe) {
            pass_byte(pair->to[1]);
            take_byte(pair->fro[0]);
        } else {
            give_turn(pair, 0);
            wait_turn(pair, 0);
        }

        long took = now() - start;

        if (took > atomic_load(&pair->slowest))
            atomic_store(&pair->slowest, took);
        if (took / 1000 < MEDIAN_MAX)
            atomic_fetch_add(&took_us[took / 1000], 1);
        atomic_fetch_add(&pair->passes, 1);
    }
    return NULL;
}

static void *second(void *argument)
{
    struct pair *pair = argument;

    pin(pair->back);
    while (!atomic_load(&done)) {
        if (pair->by_pipe) {
            take_byte(pair->to[0]);
            pass_byte(pair->fro[1]);
        } else {
            wait_turn(pair, 1);
            give_turn(pair, 1);
        }
    }
    return NULL;
}

static void start(struct pair *pair)
{
    if (pipe(pair->to) || pipe(pair->fro))
        give_up("pipe");
    start_thread(second, pair);
    start_thread(first, pair);
}

static int watch(int nr, int seconds)
{
    static long last[PAIRS_MAX];
    static int still[PAIRS_MAX];

    for (int second = 0; second < seconds; second++) {
        sleep(1);
        for (int i = 0; i < nr; i++) {
            long passes = atomic_load(&pairs[i].passes);

            still[i] = passes == last[i] ? still[i] + 1 : 0;
            last[i] = passes;
            if (still[i] >= STALL) {
                printf("CPUs %d and %d stand still, by %s, after %ld\n",
                       pairs[i].there, pairs[i].back,
                       pairs[i].by_pipe ? "pipe" : "futex", passes);
                return 1;
            }
        }
    }
    return 0;
}

static int median(long passes)
{
    long so_far = 0;
    int us = 0;

    while (us < MEDIAN_MAX - 1 && (so_far += took_us[us]) < passes / 2)
        us++;
    return us;
}

int main(int argc, char **argv)
{
    int cpus = (int)sysconf(_SC_NPROCESSORS_ONLN);
    int seconds = argc > 1 ? atoi(argv[1]) : 5;
    int wanted = argc > 2 ? atoi(argv[2]) : PAIRS_MAX;
    long passes = 0, slowest = 0;
    int nr = 0, bad;

    for (int cpu = 0; cpu < cpus && nr + 2 <= PAIRS_MAX; cpu++)
        for (int by_pipe = 0; by_pipe < 2 && nr < wanted; by_pipe++) {
            pairs[nr] = (struct pair){ .there = cpu,
                                       .back = (cpu + 1) % cpus,
                                       .by_pipe = by_pipe };
            start(&pairs[nr++]);
        }
    bad = watch(nr, seconds);
    atomic_store(&done, true);
    for (int i = 0; i < nr; i++) {
        passes += atomic_load(&pairs[i].passes);
        if (atomic_load(&pairs[i].slowest) > slowest)
            slowest = atomic_load(&pairs[i].slowest);
    }
    if (!bad)
        printf("passes %ld median %d us slowest %ld us\n", passes,
               median(passes), slowest / 1000);
    fflush(stdout);
    _exit(bad);
}
