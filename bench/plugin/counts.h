/* SPDX-License-Identifier: MIT */
/* What was executed since power-on. */
#ifndef BENCH_COUNTS_H
#define BENCH_COUNTS_H

#include <stdint.h>

#include "dear.h"

struct counts {
    uint64_t guest;
    uint64_t hypervisor;
    uint64_t dear[DEARS];
};

/* Of all instructions before the one that is executed. */
extern struct counts counts;

#endif
