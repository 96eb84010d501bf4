/* SPDX-License-Identifier: MIT */
#include <sys/prctl.h>
#include <time.h>

#include "operation.h"

/* The kernel's default slack of 50 us would hide all else. */
static void without_slack(unsigned long count)
{
    (void)count;
    prctl(PR_SET_TIMERSLACK, 1);
}

static void run_nanosleep(unsigned long count)
{
    static const struct timespec microsecond = { 0, 1000 };

    while (count--)
        nanosleep(&microsecond, NULL);
}

const struct operation sleeps[] = {
    { "nanosleep_1us", 500, run_nanosleep, without_slack, 0 },
    { 0 },
};
