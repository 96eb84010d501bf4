/* SPDX-License-Identifier: MIT */
/*
 * Measures what a kernel's everyday operations cost: the program that is
 * started in place of init. It tells what it does by marks.h to a plugin of
 * an emulator, and on the console.
 *
 * For each operation it tells "operation NAME REPETITIONS", and then makes
 * it that often and twice as often, each between a begin and an end and
 * followed by "ticks NUMBER", the TSC's; so some rounds. Then "short
 * REPETITIONS", fewer of them, and the same more rounds, and that once more
 * with still fewer where it can be fewer. "operation NAME REPETITIONS first"
 * is made that often only, some rounds. At last, "end".
 *
 * What takes copies of a process or ends them takes them of this one. The
 * other operations are each measured in a process of its own: what ran before
 * would count as well, by the mappings it left and by who has used up how
 * much of his time on the processor.
 *
 * The environment, so the kernel's command line, may have
 * only=NAME[,NAME...], rounds=NUMBER, of the long ones, together=1: all in
 * this process, one after the other, and processor=NUMBER: all on that one.
 *
 * With the argument "begin" it only marks where counting the start of
 * another one begins, which ends that first of all; with "measure NAME" it is
 * the process of one operation.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <unistd.h>
#include <x86intrin.h>

#include "machine.h"
#include "marks.h"
#include "names.h"
#include "operation.h"
#include "spin.h"

/*
 * The timer ticks each 4 ms, or each 1 ms. Twice a short stretch takes less,
 * and there are enough of them for some that no tick falls into: pauses of
 * different lengths before them, so as not to keep step with it.
 */
static const unsigned long short_ticks[] = { 1000000, 400000 };

enum { SHORT_ROUNDS = 20, PAUSES = 4, PAUSE_TICKS = 210000, WARM_UP = 4 };

static const struct operation *const tables_here[] = { processes, NULL };

static const struct operation *const tables_of_first[] = {
    large_processes, NULL,
};

static const struct operation *const tables_then[] = { programs, NULL };

static const struct operation *const tables_apart[] = {
    system_calls, threads, switches, sockets, faults, mappings, signals,
    sleeps, NULL,
};

static void power_off(void)
{
    sync();
    reboot(RB_POWER_OFF);
}

void check(int good, const char *what)
{
    if (good)
        return;
    perror(what);
    say("failed %s", what);
    power_off();
    _exit(1);
}

static void say_ticks(unsigned long long ticks)
{
    char line[32];

    snprintf(line, sizeof(line), "ticks %llu", ticks);
    say_quietly(line);
}

static unsigned long long stretch(const struct operation *operation,
                                  unsigned long count)
{
    unsigned long long ticks;

    if (operation->prepare)
        operation->prepare(count);
    ticks = __rdtsc();
    mark(MARK_BEGIN);
    operation->run(count);
    mark(MARK_END);
    ticks = __rdtsc() - ticks;
    if (operation->finish)
        operation->finish();
    say_ticks(ticks);
    return ticks;
}

static void warm_up(const struct operation *operation, unsigned long count)
{
    if (operation->prepare)
        operation->prepare(count);
    operation->run(count);
    if (operation->finish)
        operation->finish();
}

/* Returns the ticks that the last stretch of `count` took. */
static unsigned long long measure_rounds(const struct operation *operation,
                                         unsigned long count, int rounds)
{
    unsigned long long ticks = 0;

    for (int round = 0; round < rounds; round++) {
        spin(round % PAUSES * PAUSE_TICKS);
        ticks = stretch(operation, count);
        stretch(operation, 2 * count);
    }
    return ticks;
}

/* Stretches of about each of short_ticks; `count` took `ticks`. */
static void measure_short(const struct operation *operation,
                          unsigned long count, unsigned long long ticks)
{
    unsigned long last = 0;

    for (size_t i = 0; i < sizeof(short_ticks) / sizeof(*short_ticks); i++) {
        /* Even: what some do every second time is undone by the next. */
        unsigned long fewer = count * short_ticks[i] / ticks / 2 * 2;

        if (!fewer)
            fewer = 2;
        if (fewer == last)
            continue;
        last = fewer;
        say("short %lu", fewer);
        measure_rounds(operation, fewer, SHORT_ROUNDS);
    }
}

static int rounds_wanted(void)
{
    const char *rounds = getenv("rounds");

    return rounds ? atoi(rounds) : 1;
}

static void measure(const struct operation *operation)
{
    unsigned long count = operation->repetitions;

    warm_up(operation, count / WARM_UP + 1);
    say("operation %s %lu", operation->name, count);
    measure_short(operation, count,
                  measure_rounds(operation, count, rounds_wanted()));
}

static void measure_first(const struct operation *operation)
{
    warm_up(operation, operation->repetitions);
    say("operation %s %lu first", operation->name, operation->repetitions);
    for (int round = rounds_wanted(); round > 0; round--)
        stretch(operation, operation->repetitions);
}

static void measure_if_named(const struct operation *operation,
                             const char *names)
{
    if (!names || has_name(names, operation->name))
        measure(operation);
}

static void measure_first_if_named(const struct operation *operation,
                                   const char *names)
{
    if (!names || has_name(names, operation->name))
        measure_first(operation);
}

static const char *operation_of_child;

static void become_measurer(void)
{
    execl("/proc/self/exe", "operations", "measure", operation_of_child,
          NULL);
    check(0, "/proc/self/exe");
}

static void measure_apart_if_named(const struct operation *operation,
                                   const char *names)
{
    if (names && !has_name(names, operation->name))
        return;
    operation_of_child = operation->name;
    wait_child(start_child(become_measurer));
}

static void each(const struct operation *const *tables,
                 void (*body)(const struct operation *, const char *),
                 const char *names)
{
    for (; *tables; tables++) {
        for (const struct operation *operation = *tables; operation->name;
             operation++)
            body(operation, names);
    }
}

/*
 * What newer kernels put off while they start would be measured, too: so many
 * seconds, by an option `settle=` of the kernel's command line.
 */
static void settle(void)
{
    const char *seconds = getenv("settle");

    if (seconds)
        sleep((unsigned)atoi(seconds));
}

int main(int argc, char **argv)
{
    unsigned long long started = __rdtsc();

    if (argc > 1 && !strcmp(argv[1], "begin")) {
        mark(MARK_BEGIN);
        return 0;
    }
    if (argc > 2 && !strcmp(argv[1], "measure")) {
        each(tables_apart, measure_if_named, argv[2]);
        return 0;
    }
    mark(MARK_END);
    mkdir("/tmp", 0755);
    check(!mount("proc", "/proc", "proc", 0, NULL), "/proc");
    check(!mount("sys", "/sys", "sysfs", 0, NULL), "/sys");
    check(!mount("dev", "/dev", "devtmpfs", 0, NULL), "/dev");
    check(!mount("tmp", "/tmp", "tmpfs", 0, NULL), "/tmp");
    describe_machine(started);
    settle();
    start_network();
    stay_on_processor();
    each(tables_here, measure_if_named, getenv("only"));
    each(tables_of_first, measure_first_if_named, getenv("only"));
    each(tables_then, measure_if_named, getenv("only"));
    each(tables_apart, getenv("together") ? measure_if_named
                                          : measure_apart_if_named,
         getenv("only"));
    say("end");
    power_off();
    return 0;
}
