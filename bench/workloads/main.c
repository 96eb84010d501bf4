/* SPDX-License-Identifier: MIT */
/*
 * Measures what whole workloads take: the program that is started in place
 * of init. It tells by ../operations/marks.h: for each "workload NAME", a
 * begin and an end, and "ticks NUMBER", the TSC's; at last "end". CPUS in
 * the environment, so on the kernel's command line, says how many the
 * machine has.
 *
 * They are as short as they can be and still do each of their steps often:
 * an emulator runs them.
 */
#include <sched.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/reboot.h>
#include <sys/wait.h>
#include <unistd.h>
#include <x86intrin.h>

#include "../operations/marks.h"

struct workload {
    const char *name;
    const char *command;        /* a shell's */
    const char *before;         /* not measured; or NULL */
    bool lets_waker_go_on;      /* see below */
};

#define BUILD "cd /usr/src/lua && make -s -j$CPUS CC=gcc CFLAGS=-O1 "

static const struct workload workloads[] = {
    { .name = "perf-syscall",
      .command = "perf bench syscall basic --loop 100000" },
    { .name = "perf-sched-pipe",
      .command = "perf bench sched pipe -l 5000" },
    { .name = "perf-sched-messaging",
      .command = "perf bench sched messaging -g 2 -l 20" },
    { .name = "perf-mem-memcpy",
      .command = "perf bench mem memcpy -s 16MB -l 8" },
    { .name = "perf-futex-wake",
      .command = "perf bench futex wake -t 32" },
    { .name = "perf-futex-requeue",
      .command = "perf bench futex requeue -t 32" },
    { .name = "hackbench-sockets",
      .command = "hackbench -g 2 -l 25",
      .lets_waker_go_on = true },
    { .name = "hackbench-threads",
      .command = "hackbench -g 2 -l 25 -T -p" },
    { .name = "build",
      .command = BUILD "lctype.o ldump.o lfunc.o linit.o lmem.o lopcodes.o"
                 " lzio.o",
      .before = BUILD "lstring.o" },
    { .name = "redis",
      .command = "redis-benchmark -n 2000 -c 10 -t set,get,lpush -q",
      .before = "redis-server --save '' --daemonize yes >/dev/null && until"
                " redis-benchmark -n 1 -c 1 -t get -q; do sleep 0.1; done" },
};

static void power_off(void)
{
    sync();
    reboot(RB_POWER_OFF);
    _exit(1);
}

/*
 * Else it is chance whether who is woken runs at once: so often that natively
 * hackbench takes 141 millions of instructions in one boot and 171 in another.
 */
static void let_waker_go_on(bool yes)
{
    struct sched_param none = { 0 };

    if (sched_setscheduler(0, yes ? SCHED_BATCH : SCHED_OTHER, &none)) {
        say("failed sched_setscheduler");
        power_off();
    }
}

static void run(const char *command)
{
    if (system(command)) {
        say("failed %s", command);
        power_off();
    }
}

static void measure(const struct workload *workload)
{
    unsigned long long ticks;

    if (workload->before)
        run(workload->before);
    say("workload %s", workload->name);
    let_waker_go_on(workload->lets_waker_go_on);
    ticks = __rdtsc();
    mark(MARK_BEGIN);
    run(workload->command);
    mark(MARK_END);
    say("ticks %llu", __rdtsc() - ticks);
}

int main(void)
{
    setenv("PATH", "/usr/bin:/bin:/sbin", 1);
    run("mount -t proc proc /proc; mount -t sysfs sys /sys;"
        " mount -t devtmpfs dev /dev; mkdir -p /tmp /dev/shm;"
        " mount -t tmpfs tmp /tmp; ip link set lo up");
    for (size_t i = 0; i < sizeof(workloads) / sizeof(*workloads); i++)
        measure(&workloads[i]);
    say("end");
    power_off();
    return 0;
}
