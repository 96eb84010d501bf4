/* SPDX-License-Identifier: MIT */
/*
 * The two wait for each other and for their timers, thousands of times, in
 * each way that there is.  Should one wake-up be lost, both wait for ever.
 */
#include "ports.h"

#include <xen/sched.h>

#define TURNS        2000               /* of each */
#define LONGEST_NS   200000u
#define ONE_IN_TIMER 4                  /* turns begin with a timer */
#define ONE_IN_NMI   16

static volatile unsigned turn;          /* even: the first's */
static unsigned random[2] = { 1, 2 };

static unsigned one_of(unsigned vcpu, unsigned number)
{
    random[vcpu] = random[vcpu] * 1103515245 + 12345;
    return (random[vcpu] >> 8) % number;
}

static bool handler(struct trap_frame *frame)
{
    unsigned vcpu = on_second_stack(frame) ? SECOND : 0;

    if (frame->vector == 2)
        return true;
    if (frame->vector != ON_EVENT)
        return false;
    ports_take(vcpu);
    return true;
}

static void hold_upcalls(unsigned vcpu)
{
    *(volatile uint8_t *)&shared_info->vcpu_info[vcpu].evtchn_upcall_mask = 1;
    __asm__ volatile ("" : : : "memory");
}

static void let_upcalls(unsigned vcpu)
{
    volatile struct vcpu_info *info = &shared_info->vcpu_info[vcpu];

    __asm__ volatile ("" : : : "memory");
    info->evtchn_upcall_mask = 0;
    __asm__ volatile ("" : : : "memory");
    if (info->evtchn_upcall_pending)
        CALL(xen_version, 0, 0);
}

static void send(evtchn_port_t port)
{
    struct evtchn_send op = { port };

    CALL(event_channel_op, EVTCHNOP_send, &op);
}

static void poll(unsigned vcpu, uint64_t timeout)
{
    struct sched_poll op = { .nr_ports = 1, .timeout = timeout };

    set_xen_guest_handle(op.ports, &ports[vcpu][KICK]);
    CALL(sched_op, SCHEDOP_poll, &op);
}

static void wait_for_timer(unsigned vcpu)
{
    struct vcpu_set_singleshot_timer op = {
        .timeout_abs_ns = now() + one_of(vcpu, LONGEST_NS)
    };

    fired[vcpu] = false;
    CALL(vcpu_op, VCPUOP_set_singleshot_timer, vcpu, &op);
    while (!fired[vcpu]) {
        hold_upcalls(vcpu);
        if (fired[vcpu])
            let_upcalls(vcpu);
        else
            CALL(sched_op, SCHEDOP_block, 0);
    }
}

/* As an idle loop does. */
static void wait_by_block(unsigned vcpu, unsigned until)
{
    while (turn != until) {
        hold_upcalls(vcpu);
        if (turn == until)
            let_upcalls(vcpu);
        else
            CALL(sched_op, SCHEDOP_block, 0);
    }
}

/* As who wants a lock with upcalls held; sometimes not for ever. */
static void wait_by_poll(unsigned vcpu, unsigned until)
{
    hold_upcalls(vcpu);
    while (turn != until) {
        port_clear(ports[vcpu][KICK]);
        if (turn != until)
            poll(vcpu, one_of(vcpu, 4) ? 0
                       : now() + one_of(vcpu, LONGEST_NS));
    }
    let_upcalls(vcpu);
}

static void play(unsigned vcpu)
{
    for (unsigned mine = vcpu; mine < 2 * TURNS; mine += 2) {
        if (one_of(vcpu, 2))
            wait_by_block(vcpu, mine);
        else
            wait_by_poll(vcpu, mine);
        if (!one_of(vcpu, ONE_IN_TIMER))
            wait_for_timer(vcpu);
        if (!vcpu && !one_of(vcpu, ONE_IN_NMI))
            CALL(vcpu_op, VCPUOP_send_nmi, SECOND, 0);
        turn++;
        send(ports[!vcpu][TURN]);
        send(ports[!vcpu][KICK]);
    }
    hold_upcalls(vcpu);
}

static void play_second(void)
{
    play(SECOND);
}

static void begin(const char *name)
{
    turn = 0;
    ports_forget(0);
    ports_forget(SECOND);
    second_begin(play_second);
    play(0);
    second_finish(name);
    print("%s, turns: %u", name, turn);
}

void test_waits(void)
{
    struct evtchn_reset everything = { .dom = DOMID_SELF };

    hold_upcalls(0);
    CALL(event_channel_op, EVTCHNOP_reset, &everything);
    on_trap = handler;
    ports_bind(0);
    ports_bind(SECOND);
    begin("waits, two levels");
    ports_use_fifo();
    begin("waits, FIFO");
}
