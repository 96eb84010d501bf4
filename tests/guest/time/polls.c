/* SPDX-License-Identifier: MIT */
/* SCHEDOP_poll, whose timeout is a time and not how long. */
#include "time.h"

static evtchn_port_t ports[2];

static long poll(unsigned nr, uint64_t timeout)
{
    struct sched_poll op = { .nr_ports = nr, .timeout = timeout };

    set_xen_guest_handle(op.ports, ports);
    return CALL(sched_op, SCHEDOP_poll, &op);
}

static evtchn_port_t new_port(void)
{
    struct evtchn_bind_ipi op = { .vcpu = 0 };

    report(CALL(event_channel_op, EVTCHNOP_bind_ipi, &op), "a port");
    return op.port;
}

static void try(const char *name, unsigned nr, uint64_t ms)
{
    uint64_t at = now() + ms * MS;

    report(poll(nr, at), "%s", name);
    print("%s, before its timeout: %s", name, yes(now() < at));
}

/* Ports that are polled are masked; those that aren't wake nobody. */
void test_polls(void)
{
    struct evtchn_send send;

    ports[0] = new_port();
    ports[1] = new_port();
    send.port = ports[1];
    try("poll of nothing pending", 2, 20);
    try("poll of no port", 0, 20);
    report(poll(2, 1), "poll with a timeout in the past");
    report(poll(2, ~0ul), "poll with the last timeout there is");
    report(poll(2, 1ul << 63), "poll with a timeout in the upper half");
    report(CALL(event_channel_op, EVTCHNOP_send, &send), "send");
    try("poll of a pending port", 2, 3000);
    try("poll of the other port", 1, 20);
}
