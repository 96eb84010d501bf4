/* SPDX-License-Identifier: MIT */
#include "channels.h"

#define LOW_PRIORITY  12
#define HIGH_PRIORITY 3
#define ROW           3
#define WORDS_IN_PAGE (PAGE_SIZE / sizeof(event_word_t))
#define LINK_MASK     EVTCHN_FIFO_LINK_MASK

static struct evtchn_fifo_control_block *control;
static volatile event_word_t *words;

static void print_word(const char *name, evtchn_port_t port)
{
    event_word_t word = words[port];

    print("%s, link %s:%s%s%s%s%s", name,
          word & LINK_MASK ? "another" : "none",
          word >> EVTCHN_FIFO_PENDING & 1 ? " pending" : "",
          word >> EVTCHN_FIFO_MASKED & 1 ? " masked" : "",
          word >> EVTCHN_FIFO_LINKED & 1 ? " linked" : "",
          word >> EVTCHN_FIFO_BUSY & 1 ? " busy" : "",
          word >> EVTCHN_FIFO_BUSY ? "" : " no flag");
}

static void print_ready(const char *name)
{
    print("%s, ready queues: %x, upcall %u", name,
          *(volatile uint32_t *)&control->ready, upcall_pending());
}

/* All queues are empty, and all ports as if they had been handled. */
static void forget(void)
{
    control->ready = 0;
    for (unsigned i = 0; i <= EVTCHN_FIFO_PRIORITY_MIN; i++)
        control->head[i] = 0;
    for (unsigned i = 0; i < WORDS_IN_PAGE; i++)
        words[i] = 0;
    upcall_clear();
}

static void try_to_begin(void)
{
    uint64_t gfn = mfn_of(control);

    EVENT("an offset that isn't aligned", init_control, .control_gfn = gfn,
          .offset = 4, .vcpu = 0);
    EVENT("an offset at the page's end", init_control, .control_gfn = gfn,
          .offset = PAGE_SIZE - 8, .vcpu = 0);
    EVENT("no such frame", init_control, .control_gfn = 0xfffffffff,
          .vcpu = 0);
    EVENT("no such vCPU", init_control, .control_gfn = gfn, .vcpu = 77);
    EVENT("no control block yet", expand_array, .array_gfn = gfn);
    EVENT("no control block yet", set_priority, .port = 1, .priority = 3);
}

/* From one ABI to the other, an event pending and one that comes between. */
static void begin(evtchn_port_t before, evtchn_port_t between)
{
    struct evtchn_init_control init;

    EVENT("before the change", send, before);
    init = EVENT("vCPU 0", init_control, .control_gfn = mfn_of(control),
                 .vcpu = 0);
    print("link bits: %u", init.link_bits);
    EVENT("vCPU 0 again", init_control, .control_gfn = mfn_of(control),
          .vcpu = 0);
    EVENT("between", send, between);
    upcall_clear();
    EVENT("first page", expand_array,
          .array_gfn = mfn_of((const void *)words));
    print_word("sent before the change", before);
    print_word("sent before there was an array", between);
    print_ready("after the change");
    forget();
}

static void test_send(evtchn_port_t port)
{
    EVENT("a port", send, port);
    print_word("sent", port);
    print_ready("sent");
    print("sent, it is its queue's head: %s",
          control->head[EVTCHN_FIFO_PRIORITY_DEFAULT] == port ? "yes" : "no");
    EVENT("again", send, port);
    print_word("sent twice", port);
    forget();
    words[port] = 1u << EVTCHN_FIFO_MASKED;
    EVENT("masked", send, port);
    print_word("sent when masked", port);
    print_ready("sent when masked");
    EVENT("masked", unmask, port);
    print_word("unmasked", port);
    print_ready("unmasked");
    forget();
    words[port] = 1u << EVTCHN_FIFO_MASKED;
    EVENT("masked, nothing pending", unmask, port);
    print_word("unmasked, nothing pending", port);
    print_ready("unmasked, nothing pending");
    forget();
}

static void test_queue(const evtchn_port_t *ports)
{
    bool in_row = true;

    for (unsigned i = 0; i < ROW; i++)
        EVENT("one of a row", send, ports[i]);
    print_ready("a row");
    print("a row, its head is the first: %s",
          control->head[EVTCHN_FIFO_PRIORITY_DEFAULT] == ports[0]
          ? "yes" : "no");
    for (unsigned i = 0; i + 1 < ROW; i++)
        in_row &= (words[ports[i]] & LINK_MASK) == ports[i + 1];
    print("a row, each leads to the next: %s", in_row ? "yes" : "no");
    print_word("a row, the last", ports[ROW - 1]);
    forget();
}

static void test_priorities(const evtchn_port_t *ports)
{
    EVENT("high", set_priority, .port = ports[0],
          .priority = HIGH_PRIORITY);
    EVENT("low", set_priority, .port = ports[1], .priority = LOW_PRIORITY);
    EVENT("the highest", set_priority, .port = ports[2], .priority = 0);
    EVENT("too low", set_priority, .port = ports[2], .priority = 16);
    EVENT("of nothing", set_priority, .port = 4000, .priority = 1);
    EVENT("of port 0", set_priority, .port = 0, .priority = 1);
    for (unsigned i = 0; i < ROW; i++)
        EVENT("of some priority", send, ports[i]);
    print_ready("priorities");
    print("priorities, each is its queue's head: %s",
          control->head[HIGH_PRIORITY] == ports[0]
          && control->head[LOW_PRIORITY] == ports[1]
          && control->head[0] == ports[2] ? "yes" : "no");
    forget();
}

/* With a number for which there is no word yet. */
static void test_second_page(void)
{
    volatile event_word_t *more = page_new();
    evtchn_port_t port = 0;

    while (port < WORDS_IN_PAGE) {
        struct evtchn_bind_ipi op = { .vcpu = 0 };

        if (CALL(event_channel_op, EVTCHNOP_bind_ipi, &op))
            break;
        port = op.port;
    }
    print("a port behind the page: %u", port);
    EVENT("behind the page", send, port);
    print_ready("behind the page");
    EVENT("behind the page", unmask, port);
    EVENT("second page", expand_array,
          .array_gfn = mfn_of((const void *)more));
    print("behind the page, pending when there is one: %u",
          more[port - WORDS_IN_PAGE] >> EVTCHN_FIFO_PENDING & 1);
    print_ready("second page");
    more[port - WORDS_IN_PAGE] = 0;
    forget();
    EVENT("no such frame", expand_array, .array_gfn = 0xfffffffff);
}

/* Back to the two-level ABI. */
static void test_reset(void)
{
    evtchn_port_t port;

    EVENT("oneself", reset, .dom = DOMID_SELF);
    memset(shared_info->evtchn_pending, 0,
           sizeof shared_info->evtchn_pending);
    upcall_clear();
    port = new_ipi("after the reset");
    EVENT("after the reset", send, port);
    print("after the reset, pending in shared_info: %lu",
          shared_info->evtchn_pending[port / 64] >> port % 64 & 1);
    print("after the reset, upcall: %u", upcall_pending());
    EVENT("after the reset", close, port);
}

void test_fifo(void)
{
    evtchn_port_t ports[ROW];

    control = page_new();
    words = page_new();
    for (unsigned i = 0; i < ROW; i++)
        ports[i] = new_ipi("one of a row");
    try_to_begin();
    begin(ports[0], ports[1]);
    test_send(ports[0]);
    test_queue(ports);
    test_priorities(ports);
    test_second_page();
    test_reset();
}
