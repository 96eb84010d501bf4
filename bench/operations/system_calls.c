/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "operation.h"

static int zero;

static void run_getppid(unsigned long count)
{
    while (count--)
        syscall(SYS_getppid);
}

static void open_zero(unsigned long count)
{
    (void)count;
    zero = open("/dev/zero", O_RDONLY);
    check(zero >= 0, "/dev/zero");
}

static void run_read(unsigned long count)
{
    char byte;

    while (count--)
        check(read(zero, &byte, 1) == 1, "read");
}

static void close_zero(void)
{
    close(zero);
}

static void run_open(unsigned long count)
{
    while (count--) {
        int file = open("/tests/tiny", O_RDONLY);

        check(file >= 0, "open");
        close(file);
    }
}

/* The first two fit between two of the timer's ticks. */
const struct operation system_calls[] = {
    { "null_syscall", 2000, run_getppid, 0, 0 },
    { "read_zero_1", 2000, run_read, open_zero, close_zero },
    { "open_close", 4000, run_open, 0, 0 },
    { 0 },
};
