/* SPDX-License-Identifier: MIT */
/*
 * Compares Linux's clocks with the machine's own: the ACPI PM timer, which
 * this reads by itself, so nothing of what is tested is in between.
 *
 *   clock-rates SECONDS
 *
 * prints, each on a line of its own: how much too fast CLOCK_MONOTONIC and
 * CLOCK_REALTIME are, in parts per million; and for sleeps and a periodic
 * timer what was asked for and what it took, in microseconds.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/io.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

/* Where SeaBIOS puts it on both of QEMU's PCs; ACPI 6.5, 4.8.3.3. */
#define PM_TIMER_PORT  0x608
#define PM_TIMER_HZ    3579545.0
#define PM_TIMER_MASK  0xffffffu        /* 24 bits, the least there are */

/* A reading of a clock counts when it took no longer than this. */
#define QUICK_ENOUGH_US 100.0
#define ATTEMPTS        1000

static double elapsed_ticks;
static uint32_t last_ticks;

/* Microseconds of the PM timer; to be called every 4 seconds at least. */
static double machine_us(void)
{
    uint32_t now = inl(PM_TIMER_PORT) & PM_TIMER_MASK;
    elapsed_ticks += (now - last_ticks) & PM_TIMER_MASK;
    last_ticks = now;
    return elapsed_ticks * 1e6 / PM_TIMER_HZ;
}

static double clock_us(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return now.tv_sec * 1e6 + now.tv_nsec / 1e3;
}

struct reading {
    double clock, machine;
};

/* Both at the same time, as nearly as an emulator lets us. */
static struct reading read_both(clockid_t clock)
{
    struct reading best = { 0, 0 };
    double shortest = 1e9;
    for (int i = 0; i < ATTEMPTS && shortest > QUICK_ENOUGH_US; i++) {
        double before = machine_us();
        double value = clock_us(clock);
        double after = machine_us();
        if (after - before < shortest) {
            shortest = after - before;
            best = (struct reading){ value, (before + after) / 2 };
        }
    }
    return best;
}

static void sleep_us(double us)
{
    struct timespec time = { us / 1e6, (long)(us * 1e3) % 1000000000 };
    nanosleep(&time, NULL);
}

static void compare_rates(int seconds)
{
    static const struct {
        clockid_t id;
        const char *name;
    } clocks[] = {
        { CLOCK_MONOTONIC, "monotonic" },
        { CLOCK_REALTIME, "realtime" },
    };
    struct reading begin[2], end[2];
    for (int i = 0; i < 2; i++)
        begin[i] = read_both(clocks[i].id);
    for (int i = 0; i < seconds; i++) {
        sleep_us(1e6);
        machine_us();
    }
    for (int i = 0; i < 2; i++) {
        end[i] = read_both(clocks[i].id);
        double rate = (end[i].clock - begin[i].clock) /
                      (end[i].machine - begin[i].machine);
        printf("rate %s %.0f\n", clocks[i].name, (rate - 1) * 1e6);
    }
}

static void try_sleeps(void)
{
    static const int asked_us[] = { 100, 1000, 10000, 100000, 1000000 };
    for (unsigned i = 0; i < sizeof(asked_us) / sizeof(*asked_us); i++) {
        double begin = machine_us();
        sleep_us(asked_us[i]);
        printf("sleep %d %.0f\n", asked_us[i], machine_us() - begin);
    }
}

/* 200 periods of 10 ms; one read() may report several that have passed. */
static void try_periodic_timer(void)
{
    const struct timespec period = { 0, 10 * 1000 * 1000 };
    const uint64_t periods = 200;
    struct itimerspec setting = { period, period };
    int timer = timerfd_create(CLOCK_MONOTONIC, 0);
    double begin = machine_us();
    timerfd_settime(timer, 0, &setting, NULL);
    uint64_t expired = 0, passed;
    while (expired < periods && read(timer, &passed, sizeof(passed)) > 0)
        expired += passed;
    printf("periodic %.0f %.0f\n", expired * 1e4, machine_us() - begin);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: clock-rates SECONDS\n");
        return 2;
    }
    if (iopl(3) < 0) {
        perror("iopl");
        return 1;
    }
    last_ticks = inl(PM_TIMER_PORT) & PM_TIMER_MASK;
    compare_rates(atoi(argv[1]));
    try_sleeps();
    try_periodic_timer();
    return 0;
}
