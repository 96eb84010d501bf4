/* SPDX-License-Identifier: MIT */
/* Events and NMIs from one to the other, and waiting for them. */
#include "second.h"

#include <xen/event_channel.h>
#include <xen/sched.h>

#define LONG_MS 20

volatile unsigned upcalls[2], nmis[2];

static evtchn_port_t to_first, to_second, also_to_second;
static volatile long result;

static struct vcpu_info *info(unsigned vcpu)
{
    return &shared_info->vcpu_info[vcpu];
}

static void mask_port(evtchn_port_t port, bool masked)
{
    if (masked)
        __atomic_fetch_or(&shared_info->evtchn_mask[port / 64],
                          1ul << port % 64, __ATOMIC_SEQ_CST);
    else
        __atomic_fetch_and(&shared_info->evtchn_mask[port / 64],
                           ~(1ul << port % 64), __ATOMIC_SEQ_CST);
}

static bool is_pending(evtchn_port_t port)
{
    return *(volatile unsigned long *)&shared_info->evtchn_pending[port / 64]
           >> port % 64 & 1;
}

static void clear(evtchn_port_t port)
{
    __atomic_fetch_and(&shared_info->evtchn_pending[port / 64],
                       ~(1ul << port % 64), __ATOMIC_SEQ_CST);
}

static void take_upcall(unsigned vcpu)
{
    info(vcpu)->evtchn_upcall_pending = 0;
    __atomic_exchange_n(&info(vcpu)->evtchn_pending_sel, 0, __ATOMIC_SEQ_CST);
    clear(vcpu ? to_second : to_first);
    if (vcpu)
        clear(also_to_second);
    upcalls[vcpu]++;
}

static bool handler(struct trap_frame *frame)
{
    unsigned vcpu = on_second_stack(frame) ? SECOND : 0;

    if (frame->vector == 2) {
        nmis[vcpu]++;
        return true;
    }
    if (frame->vector != ON_EVENT)
        return false;
    take_upcall(vcpu);
    return true;
}

static long send(evtchn_port_t port)
{
    struct evtchn_send op = { port };

    return CALL(event_channel_op, EVTCHNOP_send, &op);
}

static evtchn_port_t bind_ipi(unsigned vcpu)
{
    struct evtchn_bind_ipi op = { .vcpu = vcpu };

    report(CALL(event_channel_op, EVTCHNOP_bind_ipi, &op), "IPI of vCPU %u",
           vcpu);
    mask_port(op.port, false);
    return op.port;
}

static void enable_upcalls(void)
{
    info(SECOND)->evtchn_upcall_mask = 0;
}

static void send_to_first(void)
{
    result = send(to_first);
}

static void test_ipis(void)
{
    to_first = bind_ipi(0);
    to_second = bind_ipi(SECOND);
    also_to_second = bind_ipi(SECOND);
    bind_ipi(2);
    second_run("upcalls on", enable_upcalls);
    report(send(to_second), "send to the second");
    WAIT_UNTIL("the second's upcall", upcalls[SECOND] == 1);
    info(0)->evtchn_upcall_mask = 0;
    second_run("send", send_to_first);
    report(result, "send to the first");
    WAIT_UNTIL("the first's upcall", upcalls[0] == 1);
    print("upcalls of the two: %u %u", upcalls[0], upcalls[SECOND]);
}

static void test_unmask(void)
{
    struct evtchn_unmask op = { to_second };

    mask_port(to_second, true);
    report(send(to_second), "send to a masked port");
    print("pending: port %u, upcall %u", is_pending(to_second),
          info(SECOND)->evtchn_upcall_pending);
    report(CALL(event_channel_op, EVTCHNOP_unmask, &op),
           "unmask another's port");
    WAIT_UNTIL("upcall by unmask", upcalls[SECOND] == 2);
    print("upcalls of the second: %u", upcalls[SECOND]);
}

static void bind_to(const char *name, evtchn_port_t port, unsigned vcpu)
{
    struct evtchn_bind_vcpu op = { port, vcpu };
    struct evtchn_status status = { .dom = DOMID_SELF, .port = port };

    report(CALL(event_channel_op, EVTCHNOP_bind_vcpu, &op),
           "bind %s to vCPU %u", name, vcpu);
    CALL(event_channel_op, EVTCHNOP_status, &status);
    print("bind %s to vCPU %u, it is vCPU's: %u", name, vcpu, status.vcpu);
}

static void test_bind_vcpu(void)
{
    struct evtchn_alloc_unbound unbound = { .dom = DOMID_SELF,
                                            .remote_dom = DOMID_SELF };
    struct evtchn_bind_interdomain pair = { .remote_dom = DOMID_SELF };
    struct evtchn_bind_virq timer = { .virq = VIRQ_TIMER };
    struct evtchn_bind_virq console = { .virq = VIRQ_CONSOLE };

    bind_to("an IPI", to_second, 0);
    CALL(event_channel_op, EVTCHNOP_bind_virq, &timer);
    bind_to("a vCPU's VIRQ", timer.port, SECOND);
    report(CALL(event_channel_op, EVTCHNOP_alloc_unbound, &unbound),
           "alloc_unbound");
    bind_to("an unbound port", unbound.port, SECOND);
    bind_to("an unbound port", unbound.port, 2);
    pair.remote_port = unbound.port;
    report(CALL(event_channel_op, EVTCHNOP_bind_interdomain, &pair),
           "bind_interdomain");
    bind_to("an interdomain port", pair.local_port, SECOND);
    bind_to("an interdomain port", pair.local_port, 0);
    console.vcpu = SECOND;
    report_sign(CALL(event_channel_op, EVTCHNOP_bind_virq, &console),
                "a global VIRQ on vCPU 1");
}

/* What each of them waits with is 1 until it has an answer. */
static void poll(void)
{
    evtchn_port_t ports[] = { to_second };
    struct sched_poll op = { .nr_ports = 1 };

    set_xen_guest_handle(op.ports, ports);
    result = 1;
    result = CALL(sched_op, SCHEDOP_poll, &op);
}

/* Masked until it blocks: an event that comes before is not taken. */
static void block(void)
{
    info(SECOND)->evtchn_upcall_mask = 1;
    result = 1;
    result = CALL(sched_op, SCHEDOP_block, 0);
}

static void let_it_wait(void)
{
    WAIT_UNTIL("it begins to wait", result == 1);
    for (unsigned i = 0; i < LONG_MS * 1000; i++)
        CALL(sched_op, SCHEDOP_yield, 0);
}

static void test_poll(void)
{
    unsigned before = upcalls[SECOND];

    mask_port(to_second, true);
    clear(to_second);
    result = 0;
    second_begin(poll);
    let_it_wait();
    print("it polls: %s", result == 1 ? "yes" : "no");
    send(to_second);
    second_finish("poll of a masked port");
    report(result, "poll, woken by another");
    second_run("poll of a pending port", poll);
    report(result, "poll of a pending port");
    clear(to_second);
    print("upcalls meanwhile: %u", upcalls[SECOND] - before);
    result = 0;
    second_begin(poll);
    let_it_wait();
    send(also_to_second);
    second_finish("poll of another port");
    report(result, "poll, ended by another event");
    print("upcalls then: %u", upcalls[SECOND] - before);
    mask_port(to_second, false);
}

static void test_block(void)
{
    unsigned before = upcalls[SECOND];

    result = 0;
    second_begin(block);
    let_it_wait();
    send(to_second);
    second_finish("block");
    report(result, "block, woken by another");
    print("upcalls when it woke: %u", upcalls[SECOND] - before);
}

static void test_nmi(void)
{
    report(CALL(vcpu_op, VCPUOP_send_nmi, SECOND, 0), "NMI to the second");
    WAIT_UNTIL("NMI", nmis[SECOND]);
    print("NMIs of the two: %u %u", nmis[0], nmis[SECOND]);
}

void test_events(void)
{
    on_trap = handler;
    CALL(set_callbacks, trap_stub(ON_EVENT), trap_stub(ON_OTHER),
         trap_stub(ON_OTHER));
    test_ipis();
    test_unmask();
    test_bind_vcpu();
    test_poll();
    test_block();
    test_nmi();
}
