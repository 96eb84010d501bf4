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
};

#define BUILD "cd /usr/src/lua && make -s -j$CPUS CC=gcc CFLAGS=-O1 "

static const struct workload workloads[] = {
    { "perf-syscall", "perf bench syscall basic --loop 100000", 0 },
    { "perf-sched-pipe", "perf bench sched pipe -l 5000", 0 },
    { "perf-sched-messaging", "perf bench sched messaging -g 2 -l 20", 0 },
    { "perf-mem-memcpy", "perf bench mem memcpy -s 16MB -l 8", 0 },
    { "perf-futex-wake", "perf bench futex wake -t 32", 0 },
    { "perf-futex-requeue", "perf bench futex requeue -t 32", 0 },
    { "hackbench-sockets", "hackbench -g 2 -l 25", 0 },
    { "hackbench-threads", "hackbench -g 2 -l 25 -T -p", 0 },
    { "build", BUILD "lctype.o ldump.o lfunc.o linit.o lmem.o lopcodes.o"
      " lzio.o", BUILD "lstring.o" },
    { "redis", "redis-benchmark -n 2000 -c 10 -t set,get,lpush -q",
      "redis-server --save '' --daemonize yes >/dev/null &&"
      " until redis-benchmark -n 1 -c 1 -t get -q; do sleep 0.1; done" },
};

static void power_off(void)
{
    sync();
    reboot(RB_POWER_OFF);
    _exit(1);
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
