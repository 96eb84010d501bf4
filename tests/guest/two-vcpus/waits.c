/* SPDX-License-Identifier: MIT */
/*
 * The two wait for each other and for their timers, thousands of times, in
 * each way that there is.  Should one wake-up be lost, both wait for ever.
 */
#include "second.h"

#include <xen/event_channel.h>
#include <xen/sched.h>

#define TURNS        2000               /* of each */
#define LONGEST_NS   200000u
#define ONE_IN_TIMER 4                  /* turns begin with a timer */
#define ONE_IN_NMI   16

/* What each has: an upcall's port, one for SCHEDOP_poll, and its timer. */
enum { TURN, KICK, TIMER, PORTS };
static evtchn_port_t ports[2][PORTS];

static volatile unsigned turn;          /* even: the first's */
static volatile bool fired[2];
static unsigned random[2] = { 1, 2 };

/* The FIFO ABI's, when it is used. */
static volatile event_word_t *words;
static struct evtchn_fifo_control_block *control[2];
static uint32_t heads[2][EVTCHN_FIFO_MAX_QUEUES];

#define FIFO_PENDING (1u << EVTCHN_FIFO_PENDING)
#define FIFO_MASKED  (1u << EVTCHN_FIFO_MASKED)
#define FIFO_LINKED  (1u << EVTCHN_FIFO_LINKED)

static unsigned one_of(unsigned vcpu, unsigned number)
{
    random[vcpu] = random[vcpu] * 1103515245 + 12345;
    return (random[vcpu] >> 8) % number;
}

static void clear(evtchn_port_t port)
{
    if (words)
        __atomic_fetch_and(&words[port], ~FIFO_PENDING, __ATOMIC_SEQ_CST);
    else
        __atomic_fetch_and(&shared_info->evtchn_pending[port / 64],
                           ~(1ul << port % 64), __ATOMIC_SEQ_CST);
}

static void mask(evtchn_port_t port)
{
    if (words)
        __atomic_fetch_or(&words[port], FIFO_MASKED, __ATOMIC_SEQ_CST);
    else
        __atomic_fetch_or(&shared_info->evtchn_mask[port / 64],
                          1ul << port % 64, __ATOMIC_SEQ_CST);
}

static void take(unsigned vcpu, evtchn_port_t port)
{
    clear(port);
    if (port == ports[vcpu][TIMER])
        fired[vcpu] = true;
}

static void take_2level(unsigned vcpu)
{
    __atomic_exchange_n(&shared_info->vcpu_info[vcpu].evtchn_pending_sel, 0,
                        __ATOMIC_SEQ_CST);
    for (unsigned i = 0; i < PORTS; i++)
        if (i != KICK && __atomic_load_n(
                &shared_info->evtchn_pending[ports[vcpu][i] / 64],
                __ATOMIC_SEQ_CST) >> ports[vcpu][i] % 64 & 1)
            take(vcpu, ports[vcpu][i]);
}

/* The first of a queue; returns whether there are more. */
static bool take_from_queue(unsigned vcpu, unsigned queue)
{
    evtchn_port_t port = heads[vcpu][queue];
    event_word_t word;

    if (!port)
        port = __atomic_load_n(&control[vcpu]->head[queue],
                               __ATOMIC_SEQ_CST);
    word = __atomic_fetch_and(&words[port],
                              ~(FIFO_LINKED | EVTCHN_FIFO_LINK_MASK),
                              __ATOMIC_SEQ_CST);
    word = word & EVTCHN_FIFO_LINK_MASK;
    if ((words[port] & (FIFO_PENDING | FIFO_MASKED)) == FIFO_PENDING)
        take(vcpu, port);
    heads[vcpu][queue] = word;
    return word;
}

static void take_fifo(unsigned vcpu)
{
    uint32_t ready = 0;

    for (;;) {
        ready |= __atomic_exchange_n(&control[vcpu]->ready, 0,
                                     __ATOMIC_SEQ_CST);
        if (!ready)
            return;

        unsigned queue = (unsigned)__builtin_ctz(ready);

        if (!take_from_queue(vcpu, queue))
            ready &= ~(1u << queue);
    }
}

static bool handler(struct trap_frame *frame)
{
    unsigned vcpu = on_second_stack(frame) ? SECOND : 0;
    struct vcpu_info *info = &shared_info->vcpu_info[vcpu];

    if (frame->vector == 2)
        return true;
    if (frame->vector != ON_EVENT)
        return false;
    do {
        *(volatile uint8_t *)&info->evtchn_upcall_pending = 0;
        if (words)
            take_fifo(vcpu);
        else
            take_2level(vcpu);
    } while (*(volatile uint8_t *)&info->evtchn_upcall_pending);
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
        clear(ports[vcpu][KICK]);
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

static void bind(unsigned vcpu)
{
    struct evtchn_bind_virq timer = { .virq = VIRQ_TIMER, .vcpu = vcpu };

    for (unsigned i = TURN; i <= KICK; i++) {
        struct evtchn_bind_ipi ipi = { .vcpu = vcpu };

        CALL(event_channel_op, EVTCHNOP_bind_ipi, &ipi);
        ports[vcpu][i] = ipi.port;
    }
    CALL(event_channel_op, EVTCHNOP_bind_virq, &timer);
    ports[vcpu][TIMER] = timer.port;
    CALL(vcpu_op, VCPUOP_stop_periodic_timer, vcpu, 0);
}

static void use_fifo(void)
{
    struct evtchn_expand_array array;
    volatile event_word_t *page = page_new();

    for (unsigned vcpu = 0; vcpu < 2; vcpu++) {
        struct evtchn_init_control init = { .vcpu = vcpu };

        control[vcpu] = page_new();
        init.control_gfn = mfn_of(control[vcpu]);
        report(CALL(event_channel_op, EVTCHNOP_init_control, &init),
               "FIFO queues of vCPU %u", vcpu);
    }
    array.array_gfn = mfn_of((const void *)page);
    report(CALL(event_channel_op, EVTCHNOP_expand_array, &array),
           "FIFO event words");
    words = page;
}

static void begin(const char *name)
{
    turn = 0;
    for (unsigned vcpu = 0; vcpu < 2; vcpu++)
        for (unsigned i = 0; i < PORTS; i++) {
            clear(ports[vcpu][i]);
            if (i == KICK)
                mask(ports[vcpu][i]);
            else if (!words)
                __atomic_fetch_and(
                    &shared_info->evtchn_mask[ports[vcpu][i] / 64],
                    ~(1ul << ports[vcpu][i] % 64), __ATOMIC_SEQ_CST);
        }
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
    bind(0);
    bind(SECOND);
    begin("waits, two levels");
    use_fifo();
    begin("waits, FIFO");
}
