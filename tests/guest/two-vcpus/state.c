/* SPDX-License-Identifier: MIT */
/* Another vCPU's timers, areas and translations, while it runs. */
#include "second.h"

#include <xen/sched.h>

#define SOON 1000000000ul
#define MAPPED (SCRATCH_VIRTUAL + 0x20000000)

static volatile uint64_t read_last;
static struct vcpu_runstate_info area;

static void read_mapped(void)
{
    read_last = *(volatile uint64_t *)MAPPED;
}

static void go_down(void)
{
    CALL(vcpu_op, VCPUOP_down, SECOND, 0);
}

static void test_timers(void)
{
    struct vcpu_set_singleshot_timer once = { .timeout_abs_ns = SOON };
    struct vcpu_set_periodic_timer periodic = { .period_ns = SOON };

    report(CALL(vcpu_op, VCPUOP_set_singleshot_timer, SECOND, &once),
           "another's single-shot timer");
    report(CALL(vcpu_op, VCPUOP_stop_singleshot_timer, SECOND, 0),
           "stop another's single-shot timer");
    report(CALL(vcpu_op, VCPUOP_set_periodic_timer, SECOND, &periodic),
           "another's periodic timer");
    report(CALL(vcpu_op, VCPUOP_stop_periodic_timer, SECOND, 0),
           "stop another's periodic timer");
}

static int others_state(void)
{
    struct vcpu_runstate_info info;

    CALL(vcpu_op, VCPUOP_get_runstate_info, SECOND, &info);
    return info.state;
}

static void test_runstate(void)
{
    struct vcpu_register_runstate_memory_area place = { .addr.v = &area };
    struct vcpu_runstate_info info;

    report(CALL(vcpu_op, VCPUOP_get_runstate_info, SECOND, &info),
           "another's runstate");
    WAIT_UNTIL("it runs", others_state() == RUNSTATE_running);
    report(CALL(vcpu_op, VCPUOP_register_runstate_memory_area, SECOND,
                &place), "another's runstate area");
    second_begin(go_down);
    WAIT_UNTIL("it goes offline", others_state() == RUNSTATE_offline);
    CALL(vcpu_op, VCPUOP_up, SECOND, 0);
    second_finish("it comes up");
    print("state in its area when it runs: %u", area.state);
    print("it was offline for a while: %s",
          area.time[RUNSTATE_offline] ? "yes" : "no");
}

static void mask_upcalls(void)
{
    shared_info->vcpu_info[SECOND].evtchn_upcall_mask = 1;
}

/* Where it is allowed, all events are pending there, and none is taken. */
static void test_vcpu_info(void)
{
    struct vcpu_register_vcpu_info place = { .mfn = mfn_of(page_new()) };

    second_run("upcalls off", mask_upcalls);
    report(CALL(vcpu_op, VCPUOP_register_vcpu_info, SECOND, &place),
           "another's vcpu_info while it runs");
    place.offset = 4;
    report(CALL(vcpu_op, VCPUOP_register_vcpu_info, 0, &place),
           "vcpu_info that is not aligned");
}

static void map_and_read(const char *name, uint64_t *page, unsigned flush)
{
    unsigned long mask = 1ul << SECOND;
    struct mmuext_op op = { .cmd = flush };

    op.arg1.linear_addr = MAPPED;
    set_xen_guest_handle(op.arg2.vcpumask, &mask);
    page_map(MAPPED, mfn_of(page) << PAGE_SHIFT | PTE_P | PTE_A | PTE_D);
    report(CALL(mmuext_op, &op, 1, 0, DOMID_SELF), "%s", name);
    second_run(name, read_mapped);
    print("it reads after %s: %lx", name, read_last);
}

static void test_flushes(void)
{
    static const struct {
        const char *name;
        unsigned op;
    } flushes[] = {
        { "TLB_FLUSH_MULTI", MMUEXT_TLB_FLUSH_MULTI },
        { "INVLPG_MULTI", MMUEXT_INVLPG_MULTI },
        { "TLB_FLUSH_ALL", MMUEXT_TLB_FLUSH_ALL },
        { "INVLPG_ALL", MMUEXT_INVLPG_ALL },
    };

    for (unsigned i = 0; i < sizeof flushes / sizeof *flushes; i++) {
        uint64_t *page = page_new();

        *page = 0x100 + i;
        map_and_read(flushes[i].name, page, flushes[i].op);
    }
}

void test_others_state(void)
{
    test_timers();
    test_runstate();
    test_vcpu_info();
    test_flushes();
}
