/* SPDX-License-Identifier: MIT */
/* Single-shot and periodic timers. */
#include "time.h"

static long single_shot(uint64_t at, unsigned flags)
{
    struct vcpu_set_singleshot_timer op = {
        .timeout_abs_ns = at, .flags = flags,
    };

    return CALL(vcpu_op, VCPUOP_set_singleshot_timer, 0, &op);
}

static long by_timer_op(uint64_t at, unsigned flags)
{
    (void)flags;
    return CALL(set_timer_op, at);
}

static long stop_single_shot(void)
{
    return CALL(vcpu_op, VCPUOP_stop_singleshot_timer, 0, 0);
}

static void ring(const char *name, long (*set)(uint64_t at, unsigned flags))
{
    uint64_t at = now() + 20 * MS;
    bool early = false;

    timer_clear();
    report(set(at, 0), "%s", name);
    while (!timer_rang() && now() < at + 2000 * MS)
        ;
    early = now() < at;
    print("%s, rings: %s", name, yes(timer_rang()));
    print("%s, early: %s", name, yes(early));
    timer_clear();
    print("%s, rings again: %s", name, yes(rings_within(50 * MS)));
}

static void ring_late(const char *name, long (*set)(uint64_t, unsigned),
                      unsigned flags)
{
    timer_clear();
    report(set(now() - MS, flags), "%s", name);
    print("%s, rings: %s", name, yes(rings_within(100 * MS)));
}

/* Times that no clock comes to, or only in years. */
static void ring_far(const char *name, long (*set)(uint64_t, unsigned))
{
    static const struct {
        const char *name;
        uint64_t from_now, at;
    } times[] = {
        { "the last", 0, ~0ul },
        { "the last but a second", 0, ~0ul - 1000 * MS },
        { "the first of the upper half", 0, 1ul << 63 },
        { "the last of the lower half", 0, ~0ul >> 1 },
        { "in 36 years", 1ul << 60, 0 },
        { "in 14 days", (1ul << 50) + 1000 * MS, 0 },
        { "in 12 days", (1ul << 50) - 1000 * MS, 0 },
    };

    for (unsigned i = 0; i < sizeof times / sizeof *times; i++) {
        uint64_t at = times[i].from_now ? now() + times[i].from_now
                                        : times[i].at;

        timer_clear();
        report(set(at, 0), "%s, %s", name, times[i].name);
        print("%s, %s, rings soon: %s", name, times[i].name,
              yes(rings_within(40 * MS)));
        print("%s, %s, rings: %s", name, times[i].name,
              yes(rings_within(400 * MS)));
    }
    timer_clear();
    report(stop_single_shot(), "%s, stopped", name);
    print("%s, stopped, rings: %s", name, yes(rings_within(200 * MS)));
}

static void test_replacing(void)
{
    timer_clear();
    single_shot(now() + 20 * MS, 0);
    single_shot(now() + 3600000 * MS, 0);
    print("put off, rings: %s", yes(rings_within(100 * MS)));
    single_shot(now() + 20 * MS, 0);
    report(stop_single_shot(), "stop");
    print("stopped, rings: %s", yes(rings_within(100 * MS)));
    report(stop_single_shot(), "stop once more");
    single_shot(now() + 20 * MS, 0);
    report(CALL(set_timer_op, 0), "set_timer_op(0)");
    print("stopped by set_timer_op, rings: %s",
          yes(rings_within(100 * MS)));
}

static long periodic(uint64_t ns)
{
    struct vcpu_set_periodic_timer op = { .period_ns = ns };

    return CALL(vcpu_op, VCPUOP_set_periodic_timer, 0, &op);
}

static void test_periodic(void)
{
    unsigned rings = 0;

    report(periodic(MS - 1), "period of less than a ms");
    report(periodic(0), "period of 0");
    timer_clear();
    report(periodic(10 * MS), "period of 10 ms");
    for (unsigned i = 0; i < 5; i++) {
        rings += rings_within(1000 * MS);
        timer_clear();
    }
    print("rings of five: %u", rings);
    report(CALL(vcpu_op, VCPUOP_stop_periodic_timer, 0, 0), "stop periodic");
    rings_within(20 * MS);              /* one that was on its way */
    timer_clear();
    print("stopped periodic, rings: %s", yes(rings_within(100 * MS)));
}

/* Who asked for no other has one of 10 ms. */
static void test_default(void)
{
    timer_clear();
    print("without asking, rings: %s", yes(rings_within(1000 * MS)));
    timer_clear();
    print("without asking, rings again: %s", yes(rings_within(1000 * MS)));
    report(CALL(vcpu_op, VCPUOP_stop_periodic_timer, 0, 0),
           "stop the default");
    rings_within(20 * MS);              /* one that was on its way */
}

void test_timers(void)
{
    test_default();
    ring("single shot", single_shot);
    ring("set_timer_op", by_timer_op);
    ring_late("single shot in the past", single_shot, 0);
    ring_late("single shot in the past, future only", single_shot,
              VCPU_SSHOTTMR_future);
    ring_late("set_timer_op in the past", by_timer_op, 0);
    ring_far("single shot", single_shot);
    ring_far("set_timer_op", by_timer_op);
    test_replacing();
    test_periodic();
}
