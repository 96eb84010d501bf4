/* SPDX-License-Identifier: MIT */
/*
 * Clocks and timeouts. Only judgements are printed: an emulator is slow, so
 * "too late" means far beyond what a busy machine explains.
 */
#define _GNU_SOURCE
#include "common/check.h"

#include <errno.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/times.h>
#include <time.h>

enum { MILLISECOND = 1000000, SECOND = 1000 * MILLISECOND };

/* How far beyond the time asked for is still right. */
enum { TOLERANCE = 1500 * MILLISECOND };

static int64_t read_clock(clockid_t clock)
{
    struct timespec time;
    if (clock_gettime(clock, &time))
        give_up("read a clock");
    return (int64_t)time.tv_sec * SECOND + time.tv_nsec;
}

static int64_t read_clock_by_call(clockid_t clock)
{
    struct timespec time;
    if (syscall(SYS_clock_gettime, clock, &time))
        give_up("read a clock");
    return (int64_t)time.tv_sec * SECOND + time.tv_nsec;
}

static const char *judge(int64_t elapsed, int64_t wanted)
{
    return elapsed < wanted ? "too early" :
           elapsed > wanted + TOLERANCE ? "too late" : "ok";
}

struct clock_name {
    const char *name;
    clockid_t clock;
};

static const struct clock_name clocks[] = {
    { "realtime", CLOCK_REALTIME }, { "monotonic", CLOCK_MONOTONIC },
    { "raw", CLOCK_MONOTONIC_RAW }, { "boottime", CLOCK_BOOTTIME },
    { "coarse", CLOCK_MONOTONIC_COARSE }, { "tai", CLOCK_TAI },
};

/* Never back, whichever way it is read, and not standing still either. */
static void never_back(const void *argument)
{
    enum { READS = 20000 };
    const struct clock_name *clock = argument;
    int backwards = 0;
    int64_t first = read_clock(clock->clock), before = first;
    for (int i = 0; i < READS; i++) {
        int64_t now = i % 3 ? read_clock(clock->clock)
                            : read_clock_by_call(clock->clock);
        backwards += now < before;
        before = now;
    }
    usleep(20000);
    observe_here("backwards %d times, %s", backwards,
                 read_clock(clock->clock) > first ? "advances" :
                 "stands still");
}

static void resolution(const void *argument)
{
    const struct clock_name *clock = argument;
    struct timespec time = { 0 };
    int result = clock_getres(clock->clock, &time);
    observe_here("%d %ld", result, time.tv_nsec);
}

static void plausible_date(void)
{
    struct tm date;
    time_t now = time(NULL);
    gmtime_r(&now, &date);
    int year = date.tm_year + 1900;
    observe_here("%s", year >= 2023 && year < 2100 ? "ok" : "implausible");
    struct timeval value;
    gettimeofday(&value, NULL);
    observe_here("gettimeofday %s", value.tv_sec - now <= 1 ? "ok" : "off");
}

/* The kernel's clock against the time stamp counter's known rate is not for
 * user space to check; that all clocks run at one rate is. */
static void one_rate(void)
{
    int64_t monotonic = read_clock(CLOCK_MONOTONIC);
    int64_t real = read_clock(CLOCK_REALTIME);
    int64_t raw = read_clock(CLOCK_MONOTONIC_RAW);
    usleep(300000);
    monotonic = read_clock(CLOCK_MONOTONIC) - monotonic;
    real = read_clock(CLOCK_REALTIME) - real;
    raw = read_clock(CLOCK_MONOTONIC_RAW) - raw;
    int64_t off_real = llabs(real - monotonic);
    int64_t off_raw = llabs(raw - monotonic);
    observe_here("realtime %s, raw %s",
                 off_real < monotonic / 20 ? "ok" : "off",
                 off_raw < monotonic / 20 ? "ok" : "off");
}

static void time_sleep(void)
{
    static const int64_t tried[] = {
        1000, 50000, MILLISECOND, 10 * MILLISECOND, 100 * MILLISECOND,
        300 * MILLISECOND,
    };
    for (size_t i = 0; i < sizeof(tried) / sizeof(tried[0]); i++) {
        struct timespec wanted = { 0, tried[i] };
        int64_t start = read_clock(CLOCK_MONOTONIC);
        nanosleep(&wanted, NULL);
        observe_here("%lld us %s", (long long)tried[i] / 1000,
                     judge(read_clock(CLOCK_MONOTONIC) - start, tried[i]));
    }
}

static void absolute_sleep(void)
{
    int64_t end = read_clock(CLOCK_MONOTONIC) + 50 * MILLISECOND;
    struct timespec when = { end / SECOND, end % SECOND };
    int result = clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &when, NULL);
    observe_here("%d %s", result, judge(read_clock(CLOCK_MONOTONIC), end));
}

static int by_value(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

/*
 * High-resolution timers, not the tick's. The median, which a busy machine
 * doesn't change.
 */
static void many_short_sleeps(void)
{
    enum { SLEEPS = 201, WANTED = 100000, TICK = 4 * MILLISECOND };
    static int64_t elapsed[SLEEPS];
    struct timespec wanted = { 0, WANTED };
    for (int i = 0; i < SLEEPS; i++) {
        int64_t start = read_clock(CLOCK_MONOTONIC);
        nanosleep(&wanted, NULL);
        elapsed[i] = read_clock(CLOCK_MONOTONIC) - start;
    }
    qsort(elapsed, SLEEPS, sizeof(elapsed[0]), by_value);
    observe_here("shortest %s, median %s",
                 elapsed[0] < WANTED ? "too early" : "ok",
                 elapsed[SLEEPS / 2] < TICK / 2 ? "ok" : "too late");
}

static void poll_timeouts(void)
{
    int64_t wanted = 30 * MILLISECOND;
    struct timeval select_time = { 0, 30000 };
    int epoll = epoll_create1(0);
    struct epoll_event event;
    int64_t start = read_clock(CLOCK_MONOTONIC);
    int result = poll(NULL, 0, 30);
    observe_here("poll %d %s", result,
                 judge(read_clock(CLOCK_MONOTONIC) - start, wanted));
    start = read_clock(CLOCK_MONOTONIC);
    result = select(0, NULL, NULL, NULL, &select_time);
    observe_here("select %d %s", result,
                 judge(read_clock(CLOCK_MONOTONIC) - start, wanted));
    start = read_clock(CLOCK_MONOTONIC);
    result = epoll_wait(epoll, &event, 1, 30);
    observe_here("epoll %d %s", result,
                 judge(read_clock(CLOCK_MONOTONIC) - start, wanted));
}

static void timer_descriptor(void)
{
    struct itimerspec value = {
        { 0, 10 * MILLISECOND }, { 0, 10 * MILLISECOND },
    };
    uint64_t expired, total = 0;
    int timer = timerfd_create(CLOCK_MONOTONIC, 0);
    int64_t start = read_clock(CLOCK_MONOTONIC);
    timerfd_settime(timer, 0, &value, NULL);
    while (total < 20 && read(timer, &expired, 8) == 8)
        total += expired;
    int64_t elapsed = read_clock(CLOCK_MONOTONIC) - start;
    observe_here("%s", judge(elapsed, 20ll * 10 * MILLISECOND));
    observe_here("count %s", llabs((int64_t)total - elapsed /
                                   (10 * MILLISECOND)) <= 2 ? "ok" : "off");
}

static volatile sig_atomic_t ticks;

static void tick(int signal_number)
{
    (void)signal_number;
    ticks++;
}

static void interval_timer(const void *argument)
{
    enum { TICKS = 10 };
    int which = *(const int *)argument;
    struct itimerval value = { { 0, 20000 }, { 0, 20000 } };
    int signals[] = { SIGALRM, SIGVTALRM, SIGPROF };
    signal(signals[which], tick);
    int64_t start = read_clock(CLOCK_MONOTONIC);
    setitimer(which, &value, NULL);
    while (ticks < TICKS)
        ;
    /* A busy loop's own time runs no faster than the clock. */
    observe_here("%s", judge(read_clock(CLOCK_MONOTONIC) - start,
                             (TICKS - 1) * 20ll * MILLISECOND));
}

static void posix_timer(void)
{
    enum { TICKS = 10 };
    struct sigevent event = {
        .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1,
    };
    struct itimerspec value = {
        { 0, 10 * MILLISECOND }, { 0, 10 * MILLISECOND },
    };
    timer_t timer;
    signal(SIGUSR1, tick);
    if (timer_create(CLOCK_MONOTONIC, &event, &timer))
        give_up("create a timer");
    int64_t start = read_clock(CLOCK_MONOTONIC);
    timer_settime(timer, 0, &value, NULL);
    while (ticks < TICKS)
        pause();
    observe_here("%s", judge(read_clock(CLOCK_MONOTONIC) - start,
                             TICKS * 10ll * MILLISECOND));
}

static void processor_time(void)
{
    struct tms times_before, times_after;
    times(&times_before);
    /* In this order: a pause between the two is no processor time. */
    int64_t wall = read_clock(CLOCK_MONOTONIC);
    int64_t start = read_clock(CLOCK_PROCESS_CPUTIME_ID);
    while (read_clock(CLOCK_PROCESS_CPUTIME_ID) - start < 200 * MILLISECOND)
        ;
    wall = read_clock(CLOCK_MONOTONIC) - wall;
    times(&times_after);
    observe_here("cpu time %s wall time", wall >= 190 * MILLISECOND ?
                 "within" : "beyond");
    start = read_clock(CLOCK_PROCESS_CPUTIME_ID);
    usleep(500000);
    observe_here("asleep: %s", read_clock(CLOCK_PROCESS_CPUTIME_ID) - start <
                 400 * MILLISECOND ? "none" : "counted");
}

static void alarm_wakes(void)
{
    signal(SIGALRM, tick);
    int64_t start = read_clock(CLOCK_MONOTONIC);
    alarm(1);
    pause();
    observe_here("%s", judge(read_clock(CLOCK_MONOTONIC) - start,
                             990ll * MILLISECOND));
}

/* The time stamp counter goes forward, with the clock. */
static void time_stamp_counter(void)
{
    uint64_t before = __builtin_ia32_rdtsc();
    int backwards = 0;
    for (int i = 0; i < 100000; i++) {
        uint64_t now = __builtin_ia32_rdtsc();
        backwards += now < before;
        before = now;
    }
    observe_here("backwards %d times", backwards);
}

static void set_clock(void)
{
    struct timespec time, after;
    clock_gettime(CLOCK_REALTIME, &time);
    time.tv_sec += 1000;
    int result = clock_settime(CLOCK_REALTIME, &time);
    clock_gettime(CLOCK_REALTIME, &after);
    bool moved = after.tv_sec - time.tv_sec < 5;
    time.tv_sec -= 1000;
    clock_settime(CLOCK_REALTIME, &time);
    observe_here("%s, %s", result ? strerror(errno) : "ok",
                 moved ? "moved" : "not moved");
}

struct plain_check {
    const char *name;
    void (*body)(void);
};

static const struct plain_check checks[] = {
    { "date", plausible_date }, { "one-rate", one_rate },
    { "nanosleep", time_sleep }, { "absolute-sleep", absolute_sleep },
    { "short-sleeps", many_short_sleeps }, { "poll", poll_timeouts },
    { "timerfd", timer_descriptor }, { "posix-timer", posix_timer },
    { "cpu-time", processor_time }, { "alarm", alarm_wakes },
    { "tsc", time_stamp_counter }, { "set-clock", set_clock },
};

int main(int argc, char **argv)
{
    static const int timers[] = { ITIMER_REAL, ITIMER_VIRTUAL, ITIMER_PROF };
    char name[40];

    check_begin(argc, argv, "clocks");
    for (size_t i = 0; i < sizeof(clocks) / sizeof(clocks[0]); i++) {
        snprintf(name, sizeof(name), "never-back-%s", clocks[i].name);
        check_with(name, never_back, &clocks[i]);
        snprintf(name, sizeof(name), "resolution-%s", clocks[i].name);
        check_with(name, resolution, &clocks[i]);
    }
    for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
        check(checks[i].name, checks[i].body);
    for (size_t i = 0; i < sizeof(timers) / sizeof(timers[0]); i++) {
        snprintf(name, sizeof(name), "itimer-%d", timers[i]);
        check_with(name, interval_timer, &timers[i]);
    }
    return check_end();
}
