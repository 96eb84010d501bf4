/* SPDX-License-Identifier: MIT */
#include "ports.h"

evtchn_port_t ports[2][PORTS];
volatile bool fired[2];

/* The FIFO ABI's, when it is used. */
static volatile event_word_t *words;
static struct evtchn_fifo_control_block *control[2];
static uint32_t heads[2][EVTCHN_FIFO_MAX_QUEUES];

#define FIFO_PENDING (1u << EVTCHN_FIFO_PENDING)
#define FIFO_MASKED  (1u << EVTCHN_FIFO_MASKED)
#define FIFO_LINKED  (1u << EVTCHN_FIFO_LINKED)

void port_clear(evtchn_port_t port)
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
    port_clear(port);
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
    event_word_t next;

    if (!port)
        port = __atomic_load_n(&control[vcpu]->head[queue],
                               __ATOMIC_SEQ_CST);
    next = __atomic_fetch_and(&words[port],
                              ~(FIFO_LINKED | EVTCHN_FIFO_LINK_MASK),
                              __ATOMIC_SEQ_CST) & EVTCHN_FIFO_LINK_MASK;
    if ((words[port] & (FIFO_PENDING | FIFO_MASKED)) == FIFO_PENDING)
        take(vcpu, port);
    heads[vcpu][queue] = next;
    return next;
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

void ports_take(unsigned vcpu)
{
    volatile uint8_t *pending
        = &shared_info->vcpu_info[vcpu].evtchn_upcall_pending;

    do {
        *pending = 0;
        if (words)
            take_fifo(vcpu);
        else
            take_2level(vcpu);
    } while (*pending);
}

void ports_bind(unsigned vcpu)
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

void ports_use_fifo(void)
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

static void unmask(evtchn_port_t port)
{
    if (!words)                         /* new words have no mask */
        __atomic_fetch_and(&shared_info->evtchn_mask[port / 64],
                           ~(1ul << port % 64), __ATOMIC_SEQ_CST);
}

void ports_forget(unsigned vcpu)
{
    for (unsigned i = 0; i < PORTS; i++) {
        port_clear(ports[vcpu][i]);
        if (i == KICK)
            mask(ports[vcpu][i]);
        else
            unmask(ports[vcpu][i]);
    }
}
