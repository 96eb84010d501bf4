/* SPDX-License-Identifier: MIT */
#include "errors.h"

#include <xen/vcpu.h>

static const char *const names[] = {
    "initialise", "up", "down", "is_up", "get_runstate_info",
    "register_runstate_memory_area", "set_periodic_timer",
    "stop_periodic_timer", "set_singleshot_timer", "stop_singleshot_timer",
    "register_vcpu_info", "send_nmi", "get_physid",
    "register_vcpu_time_memory_area", "14",
};

#define NR_NAMES (sizeof names / sizeof *names)

static void try_vcpus(void)
{
    static const unsigned vcpus[] = { 1, 31, 32, 8191, 8192, 0x80000000,
                                      0xffffffff };

    for (unsigned command = 0; command < NR_NAMES; command++)
        for (unsigned i = 0; i < sizeof vcpus / sizeof *vcpus; i++)
            report(CALL(vcpu_op, command, vcpus[i], edge_page),
                   "vcpu_op(%s, vcpu %u)", names[command], vcpus[i]);
}

/* Down would be the end of it. */
static void try_pointers(void)
{
    for (unsigned command = 0; command < NR_NAMES; command++)
        for (struct bad_pointer *bad = bad_pointers; bad->kind; bad++)
            if (command != VCPUOP_down && command != VCPUOP_send_nmi)
                report(CALL(vcpu_op, command, 0, bad->address),
                       "vcpu_op(%s, %s)", names[command], bad->kind);
}

#define VCPU(name, command, type, ...)                                     \
    ({                                                                     \
        static struct type op_;                                            \
                                                                           \
        op_ = (struct type){ __VA_ARGS__ };                                \
        report(CALL(vcpu_op, command, 0, &op_), "vcpu_op(%s)", name);      \
    })

static void try_places(void)
{
    uint64_t frame = mfn_of(page_new());

#define INFO(...)                                                          \
    VCPU("register_vcpu_info, " #__VA_ARGS__, VCPUOP_register_vcpu_info,   \
         vcpu_register_vcpu_info, __VA_ARGS__)
    INFO(.mfn = NO_MFN);
    INFO(.mfn = ~0ul);
    INFO(.mfn = frame, .offset = 4096);
    INFO(.mfn = frame, .offset = 4096 - 63);
    INFO(.mfn = frame, .offset = 0xffffffff);
    INFO(.mfn = frame, .offset = 4096 - 64);
    INFO(.mfn = frame, .offset = 0);    /* again */
#define RUNSTATE(...)                                                      \
    VCPU("register_runstate_memory_area, " #__VA_ARGS__,                 \
         VCPUOP_register_runstate_memory_area,                             \
         vcpu_register_runstate_memory_area, __VA_ARGS__)
    RUNSTATE(.addr.p = UNMAPPED_VIRTUAL);
    RUNSTATE(.addr.p = NONCANONICAL);
    RUNSTATE(.addr.p = XENS);
    RUNSTATE(.addr.p = (uint64_t)read_only_page);
    RUNSTATE(.addr.p = 0);
#define TIME(...)                                                          \
    VCPU("register_vcpu_time_memory_area, " #__VA_ARGS__,                \
         VCPUOP_register_vcpu_time_memory_area,                            \
         vcpu_register_time_memory_area, __VA_ARGS__)
    TIME(.addr.p = UNMAPPED_VIRTUAL);
    TIME(.addr.p = NONCANONICAL);
    TIME(.addr.p = XENS);
    TIME(.addr.p = 0);
}

static void try_timers(void)
{
#define PERIODIC(...)                                                      \
    VCPU("set_periodic_timer, " #__VA_ARGS__, VCPUOP_set_periodic_timer,   \
         vcpu_set_periodic_timer, __VA_ARGS__)
    PERIODIC(.period_ns = 0);
    PERIODIC(.period_ns = 999999);
    PERIODIC(.period_ns = 1000000);
    PERIODIC(.period_ns = ~0ul);
    PERIODIC(.period_ns = 1ul << 62);
    TRY(vcpu_op, VCPUOP_stop_periodic_timer, 0, 0);
#define ONCE(...)                                                          \
    VCPU("set_singleshot_timer, " #__VA_ARGS__, VCPUOP_set_singleshot_timer,\
         vcpu_set_singleshot_timer, __VA_ARGS__)
    ONCE(.timeout_abs_ns = 1, .flags = VCPU_SSHOTTMR_future);
    ONCE(.timeout_abs_ns = 0, .flags = VCPU_SSHOTTMR_future);
    ONCE(.timeout_abs_ns = 1ul << 62, .flags = VCPU_SSHOTTMR_future);
    ONCE(.timeout_abs_ns = ~0ul, .flags = VCPU_SSHOTTMR_future);
    ONCE(.timeout_abs_ns = 1, .flags = 0);
    ONCE(.timeout_abs_ns = 0, .flags = 0);
    ONCE(.timeout_abs_ns = 0, .flags = 0xfffffffe);
    TRY(vcpu_op, VCPUOP_stop_singleshot_timer, 0, 0);
}

void try_vcpu_op(void)
{
    try_vcpus();
    try_pointers();
    try_places();
    try_timers();
    TRY(vcpu_op, VCPUOP_up, 0, 0);
    TRY(vcpu_op, VCPUOP_is_up, 0, 0);
    TRY(vcpu_op, 99, 0, edge_page);
    TRY(vcpu_op, 0xffffffff, 0, edge_page);
    TRY(vcpu_op, VCPUOP_is_up, 0x100000000, 0);
    TRY(vcpu_op, VCPUOP_get_runstate_info, 0, read_only_page);
}
