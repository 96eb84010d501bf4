/* SPDX-License-Identifier: MIT */
/* Initialise, up, down, is_up. */
#include "second.h"

#include <xen/event_channel.h>
#include <xen/sched.h>

static volatile unsigned long turns;
static volatile bool stop;

static void count_turns(void)
{
    while (!stop)
        turns++;
}

static void go_down(void)
{
    CALL(vcpu_op, VCPUOP_down, SECOND, 0);
    turns = 77;
}

static void nothing(void)
{
}

static long is_up(void)
{
    return CALL(vcpu_op, VCPUOP_is_up, SECOND, 0);
}

/* One thing that is wrong with a context at a time. */
static void test_bad_contexts(void)
{
#define BAD(field, value)                                                   \
    ({                                                                      \
        struct vcpu_guest_context *context_ = second_context();             \
                                                                            \
        context_->field = (value);                                          \
        report(CALL(vcpu_op, VCPUOP_initialise, SECOND, context_),          \
               "initialise, %s = %s", #field, #value);                      \
    })
    BAD(user_regs.rip, 0x0000800000000000);
    BAD(event_callback_eip, 0x0000800000000000);
    BAD(failsafe_callback_eip, 0x0000800000000000);
    BAD(syscall_callback_eip, 0x0000800000000000);
    BAD(trap_ctxt[3].address, 0x0000800000000000);
    BAD(gdt_ents, 0x10000);
    BAD(ldt_ents, 0x10000);
    BAD(ctrlreg[3], 0x000ffffffffff000);
    report(is_up(), "is it up after these");
}

/* The periodic timer that Xen starts by itself is for vCPUs that run. */
static void test_timer_while_down(void)
{
    struct evtchn_bind_virq timer = { .virq = VIRQ_TIMER, .vcpu = SECOND };
    struct evtchn_close close;
    uint64_t begin = now();

    report(CALL(event_channel_op, EVTCHNOP_bind_virq, &timer),
           "bind its timer before up");
    while (now() < begin + 100 * MS)
        CALL(sched_op, SCHEDOP_yield, 0);
    print("it rang: %s",
          shared_info->evtchn_pending[0] >> timer.port & 1 ? "yes" : "no");
    close.port = timer.port;
    report(CALL(event_channel_op, EVTCHNOP_close, &close), "close it");
}

static void test_start(void)
{
    report(CALL(vcpu_op, VCPUOP_up, SECOND, 0), "up before initialise");
    report(CALL(vcpu_op, VCPUOP_down, SECOND, 0), "down before initialise");
    report(is_up(), "is it up before initialise");
    report(CALL(vcpu_op, VCPUOP_initialise, SECOND, UNMAPPED_VIRTUAL),
           "initialise from nowhere");
    test_bad_contexts();
    report(CALL(vcpu_op, VCPUOP_initialise, SECOND, second_context()),
           "initialise");
    report(CALL(vcpu_op, VCPUOP_initialise, SECOND, second_context()),
           "initialise again");
    report(is_up(), "is it up before up");
    test_timer_while_down();
    print("upcalls are masked: %u",
          shared_info->vcpu_info[SECOND].evtchn_upcall_mask);
    report(CALL(vcpu_op, VCPUOP_up, SECOND, 0), "up");
    report(is_up(), "is it up");
    report(CALL(vcpu_op, VCPUOP_up, SECOND, 0), "up again");
    report(CALL(vcpu_op, VCPUOP_initialise, SECOND, second_context()),
           "initialise when it is up");
}

/* Taken down by the other one, in the middle of something. */
static void test_down(void)
{
    unsigned long before;

    second_begin(count_turns);
    WAIT_UNTIL("turns", turns > 1000);
    report(CALL(vcpu_op, VCPUOP_down, SECOND, 0), "down");
    report(is_up(), "is it up after down");
    report(CALL(vcpu_op, VCPUOP_down, SECOND, 0), "down again");
    /* It may take a moment; from then on it stands still. */
    do {
        before = turns;
        for (unsigned i = 0; i < 10000; i++)
            CALL(sched_op, SCHEDOP_yield, 0);
    } while (turns != before);
    report(CALL(vcpu_op, VCPUOP_up, SECOND, 0), "up after down");
    WAIT_UNTIL("turns go on", turns != before);
    stop = true;
    second_finish("turns end");
    print("it went on where it was: yes");
}

static void test_down_by_itself(void)
{
    second_begin(go_down);
    WAIT_UNTIL("it goes down", !is_up());
    report(CALL(vcpu_op, VCPUOP_up, SECOND, 0), "up after its own down");
    second_finish("its own down");
    print("its own down returned: %lu", turns);
}

void test_life(void)
{
    test_start();
    second_run("it has started", nothing);
    second_print_start();
    test_down();
    test_down_by_itself();
}
