/* SPDX-License-Identifier: MIT */
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include "operation.h"

enum { PAGE = 4096 };

static volatile char *page;

static void ignore(int number)
{
    (void)number;
}

static void allow(int number)
{
    (void)number;
    mprotect((void *)page, PAGE, PROT_READ | PROT_WRITE);
}

static void start_self(unsigned long count)
{
    (void)count;
    signal(SIGUSR1, ignore);
}

static void run_self(unsigned long count)
{
    int self = getpid();

    while (count--)
        kill(self, SIGUSR1);
}

static void start_segv(unsigned long count)
{
    (void)count;
    page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
                MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    check(page != MAP_FAILED, "mmap");
    *page = 1;
    signal(SIGSEGV, allow);
}

static void run_segv(unsigned long count)
{
    while (count--) {
        mprotect((void *)page, PAGE, PROT_READ);
        *page = 1;
    }
}

static void end_segv(void)
{
    signal(SIGSEGV, SIG_DFL);
    munmap((void *)page, PAGE);
}

const struct operation signals[] = {
    { "signal_self", 1000, run_self, start_self, 0 },
    { "signal_segv_mprotect", 500, run_segv, start_segv, end_segv },
    { 0 },
};
