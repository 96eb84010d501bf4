/* SPDX-License-Identifier: MIT */
/* SCHEDOP_block, which ends by an upcall. */
#include "time.h"

#include <xen/callback.h>

#define ON_EVENT 240

static unsigned upcalls;

static void clear_all(void)
{
    struct vcpu_info *info = &shared_info->vcpu_info[0];

    info->evtchn_upcall_pending = 0;
    __atomic_exchange_n(&info->evtchn_pending_sel, 0, __ATOMIC_SEQ_CST);
    timer_clear();
}

static bool take_upcall(struct trap_frame *frame)
{
    if (frame->vector != ON_EVENT)
        return false;
    clear_all();
    upcalls++;
    return true;
}

static void set_mask(bool masked)
{
    shared_info->vcpu_info[0].evtchn_upcall_mask = masked;
}

static void block(const char *name, uint64_t ms)
{
    struct vcpu_set_singleshot_timer op;
    uint64_t at = now() + ms * MS;

    op = (struct vcpu_set_singleshot_timer){ .timeout_abs_ns = at };
    upcalls = 0;
    CALL(vcpu_op, VCPUOP_set_singleshot_timer, 0, &op);
    report(CALL(sched_op, SCHEDOP_block, 0), "sched_op(SCHEDOP_block), %s",
           name);
    print("%s, before its time: %s", name, yes(now() < at));
    print("%s, upcalls: %u, mask %u", name, upcalls,
          shared_info->vcpu_info[0].evtchn_upcall_mask);
}

void test_block(void)
{
    struct callback_register op = {
        .type = CALLBACKTYPE_event, .address = trap_stub(ON_EVENT),
    };

    on_trap = take_upcall;
    report(CALL(callback_op, CALLBACKOP_register, &op), "callback");
    clear_all();
    shared_info->evtchn_mask[timer_port / 64] &= ~(1ul << timer_port % 64);
    set_mask(true);
    block("events masked", 20);
    block("events not masked", 20);
    set_mask(true);
    block("for a time that is over", 0);
    set_mask(true);
    shared_info->evtchn_mask[timer_port / 64] |= 1ul << timer_port % 64;
}
