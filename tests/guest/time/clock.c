/* SPDX-License-Identifier: MIT */
/* The clock of shared_info. */
#include "time.h"

#define READINGS 100000

void test_clock(void)
{
    uint64_t last = now(), first = last;
    bool backwards = false;

    for (unsigned i = 0; i < READINGS; i++) {
        uint64_t next = now();

        backwards |= next < last;
        last = next;
    }
    print("the clock goes: %s", yes(last > first));
    print("it went back: %s", yes(backwards));
    print("wall clock is set: %s", yes(shared_info->wc_sec));
    print("wall clock's version is even: %s",
          yes(!(shared_info->wc_version & 1)));
    print("wall clock's ns are less than a second: %s",
          yes(shared_info->wc_nsec < 1000000000));
}
