/* SPDX-License-Identifier: MIT */
/* What time went where. */
#include "time.h"

static struct vcpu_runstate_info area;

static struct vcpu_runstate_info get(void)
{
    struct vcpu_runstate_info info;

    memset(&info, 0xff, sizeof info);
    report(CALL(vcpu_op, VCPUOP_get_runstate_info, 0, &info), "runstate");
    return info;
}

static uint64_t sum(const struct vcpu_runstate_info *info)
{
    uint64_t total = 0;

    for (unsigned i = 0; i < 4; i++)
        total += info->time[i];
    return total;
}

static void sleep_20_ms(void)
{
    struct sched_poll op = { .timeout = now() + 20 * MS };

    CALL(sched_op, SCHEDOP_poll, &op);
}

static void test_area(void)
{
    struct vcpu_register_runstate_memory_area op = { .addr.v = &area };

    memset(&area, 0xff, sizeof area);
    report(CALL(vcpu_op, VCPUOP_register_runstate_memory_area, 0, &op),
           "runstate area");
    print("state in the area: %d", area.state);
    sleep_20_ms();
    print("state after a sleep: %d", area.state);
    print("it was blocked for a while: %s",
          yes(area.time[RUNSTATE_blocked] >= 10 * MS));
    print("the area is not of the future: %s",
          yes(area.state_entry_time <= now()));
}

void test_runstate(void)
{
    struct vcpu_runstate_info before = get(), after;

    print("state: %d", before.state);
    sleep_20_ms();
    after = get();
    print("more time, all in all: %s", yes(sum(&after) > sum(&before)));
    print("of it blocked, 10 ms and more: %s",
          yes(after.time[RUNSTATE_blocked]
              >= before.time[RUNSTATE_blocked] + 10 * MS));
    print("offline, none: %s",
          yes(after.time[RUNSTATE_offline]
              == before.time[RUNSTATE_offline]));
    print("as much as the clock has: %s",
          yes(sum(&after) - sum(&before) <= now()));
    test_area();
}
