/* SPDX-License-Identifier: MIT */
/* Random changes, from a fixed seed: combinations nobody thinks of. */
#define _GNU_SOURCE
#include "common/check.h"
#include "sigreturn.h"

enum { CASES = 96 };

/* Numerical Recipes' generator: the same numbers on every machine. */
static uint32_t seed = 20230101;

static uint32_t random_below(uint32_t limit)
{
    seed = seed * 1664525 + 1013904223;
    return (seed >> 8) % limit;
}

static uint16_t random_selector(void)
{
    static const uint16_t selectors[] = {
        0xffff, 0xffff, 0xffff, 0, 3, 0x23, 0x2b, 0x33, 0x10, 0x13, 0x18,
        0x43, 0x7b, 0x07, 0x0f, 0x17, 0x1f, 0x27, 0xe008, 0xe023, 0xe02b,
        0xe033, 0xfff3,
    };
    return selectors[random_below(sizeof(selectors) / sizeof(selectors[0]))];
}

static uint64_t random_flags(void)
{
    uint64_t flags = 0x202;
    static const uint64_t bits[] = {
        FLAGS_TF, FLAGS_DF, FLAGS_IOPL, FLAGS_NT, FLAGS_RF, 1 << 17, FLAGS_AC,
        1 << 19, 1 << 20, FLAGS_ID, 1ull << 40,
    };
    for (size_t i = 0; i < sizeof(bits) / sizeof(bits[0]); i++)
        if (random_below(4) == 0)
            flags |= bits[i];
    return flags;
}

static void run_change(const void *change)
{
    return_with(change);
}

void check_random_frames(void)
{
    char name[20];
    for (int i = 0; i < CASES; i++) {
        struct change change = {
            .cs = random_selector(), .ss = random_selector(),
            .flags = random_below(2) ? random_flags() : 0,
            .destination = random_below(DESTINATIONS),
            .without_ss = random_below(8) == 0,
            .relaxed_ss = random_below(8) == 0,
        };
        snprintf(name, sizeof(name), "random-%02d", i);
        check_with(name, run_change, &change);
    }
}
