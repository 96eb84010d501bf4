/* SPDX-License-Identifier: MIT */
#include "errors.h"

#include <xen/event_channel.h>

#define TRY_EVENT(command, type, ...) \
    TRY_NAMED("event_channel_op(" #command ", " #__VA_ARGS__ ")",          \
              event_channel_op, command, struct type, __VA_ARGS__)

static evtchn_port_t try_virqs(void)
{
    TRY_EVENT(EVTCHNOP_bind_virq, evtchn_bind_virq, .virq = NR_VIRQS);
    TRY_EVENT(EVTCHNOP_bind_virq, evtchn_bind_virq, .virq = 0xffffffff);
    TRY_EVENT(EVTCHNOP_bind_virq, evtchn_bind_virq, .virq = VIRQ_TIMER,
              .vcpu = 1);
    TRY_EVENT(EVTCHNOP_bind_virq, evtchn_bind_virq, .virq = VIRQ_TIMER,
              .vcpu = 0xffffffff);
    TRY_EVENT(EVTCHNOP_bind_virq, evtchn_bind_virq, .virq = NR_VIRQS,
              .vcpu = 0xffffffff);
    TRY_EVENT(EVTCHNOP_bind_virq, evtchn_bind_virq, .virq = VIRQ_CON_RING,
              .vcpu = 1);

    struct evtchn_bind_virq first = TRY_EVENT(
        EVTCHNOP_bind_virq, evtchn_bind_virq, .virq = VIRQ_DEBUG, .vcpu = 0);

    TRY_EVENT(EVTCHNOP_bind_virq, evtchn_bind_virq, .virq = VIRQ_DEBUG);
    for (unsigned virq = 0; virq < NR_VIRQS; virq++) {
        struct evtchn_bind_virq bind = { .virq = virq };
        long result = CALL(event_channel_op, EVTCHNOP_bind_virq, &bind);
        struct evtchn_close close = { bind.port };

        report(result, "event_channel_op(EVTCHNOP_bind_virq, %u)", virq);
        if (!result)
            CALL(event_channel_op, EVTCHNOP_close, &close);
    }
    return first.port;
}

static void try_ports(void)
{
    TRY_EVENT(EVTCHNOP_close, evtchn_close, .port = 0);
    TRY_EVENT(EVTCHNOP_close, evtchn_close, .port = 100);
    TRY_EVENT(EVTCHNOP_close, evtchn_close, .port = 4095);
    TRY_EVENT(EVTCHNOP_close, evtchn_close, .port = 4096);
    TRY_EVENT(EVTCHNOP_close, evtchn_close, .port = 0xffffffff);
    TRY_EVENT(EVTCHNOP_send, evtchn_send, .port = 0);
    TRY_EVENT(EVTCHNOP_send, evtchn_send, .port = 100);
    TRY_EVENT(EVTCHNOP_send, evtchn_send, .port = 4096);
    TRY_EVENT(EVTCHNOP_send, evtchn_send, .port = 0xffffffff);
    TRY_EVENT(EVTCHNOP_unmask, evtchn_unmask, .port = 0);
    TRY_EVENT(EVTCHNOP_unmask, evtchn_unmask, .port = 100);
    TRY_EVENT(EVTCHNOP_unmask, evtchn_unmask, .port = 4096);
    TRY_EVENT(EVTCHNOP_unmask, evtchn_unmask, .port = 0xffffffff);
    TRY_EVENT(EVTCHNOP_bind_vcpu, evtchn_bind_vcpu, .port = 0);
    TRY_EVENT(EVTCHNOP_bind_vcpu, evtchn_bind_vcpu, .port = 100);
    TRY_EVENT(EVTCHNOP_bind_vcpu, evtchn_bind_vcpu, .port = 4096);
    TRY_EVENT(EVTCHNOP_bind_vcpu, evtchn_bind_vcpu, .port = 0, .vcpu = 1);
    TRY_EVENT(EVTCHNOP_bind_vcpu, evtchn_bind_vcpu, .port = 0,
              .vcpu = 0xffffffff);
    TRY_EVENT(EVTCHNOP_status, evtchn_status, .dom = DOMID_SELF, .port = 0);
    TRY_EVENT(EVTCHNOP_status, evtchn_status, .dom = DOMID_SELF,
              .port = 4095);
    TRY_EVENT(EVTCHNOP_status, evtchn_status, .dom = DOMID_SELF,
              .port = 4096);
    TRY_EVENT(EVTCHNOP_status, evtchn_status, .dom = 7, .port = 1);
    TRY_EVENT(EVTCHNOP_status, evtchn_status, .dom = DOMID_INVALID);
}

static void try_bound_ports(evtchn_port_t virq)
{
    struct evtchn_bind_ipi ipi = TRY_EVENT(EVTCHNOP_bind_ipi,
                                           evtchn_bind_ipi, .vcpu = 0);
    struct evtchn_alloc_unbound unbound = TRY_EVENT(
        EVTCHNOP_alloc_unbound, evtchn_alloc_unbound, .dom = DOMID_SELF,
        .remote_dom = DOMID_SELF);
    struct evtchn_bind_interdomain both = TRY_EVENT(
        EVTCHNOP_bind_interdomain, evtchn_bind_interdomain,
        .remote_dom = DOMID_SELF, .remote_port = unbound.port);

    TRY_EVENT(EVTCHNOP_bind_interdomain, evtchn_bind_interdomain,
              .remote_dom = DOMID_SELF, .remote_port = ipi.port);
    TRY_EVENT(EVTCHNOP_send, evtchn_send, .port = virq);
    TRY_EVENT(EVTCHNOP_send, evtchn_send, .port = ipi.port);
    TRY_EVENT(EVTCHNOP_send, evtchn_send, .port = both.local_port);
    TRY_EVENT(EVTCHNOP_bind_vcpu, evtchn_bind_vcpu, .port = virq);
    TRY_EVENT(EVTCHNOP_bind_vcpu, evtchn_bind_vcpu, .port = ipi.port);
    TRY_EVENT(EVTCHNOP_bind_vcpu, evtchn_bind_vcpu, .port = both.local_port);
    TRY_EVENT(EVTCHNOP_close, evtchn_close, .port = both.local_port);
    TRY_EVENT(EVTCHNOP_send, evtchn_send, .port = unbound.port);
    TRY_EVENT(EVTCHNOP_bind_vcpu, evtchn_bind_vcpu, .port = unbound.port);
    TRY_EVENT(EVTCHNOP_close, evtchn_close, .port = unbound.port);
    TRY_EVENT(EVTCHNOP_close, evtchn_close, .port = ipi.port);
    TRY_EVENT(EVTCHNOP_close, evtchn_close, .port = virq);
}

void try_event_channels(void)
{
    TRY_COMMANDS(event_channel_op, 2, "bind_interdomain", "bind_virq",
                 "bind_pirq", "close", "send", "status", "alloc_unbound",
                 "bind_ipi", "bind_vcpu", "unmask", "reset", "init_control",
                 "expand_array", "set_priority", "reset_cont");
    try_ports();
    try_bound_ports(try_virqs());
    TRY_EVENT(EVTCHNOP_bind_ipi, evtchn_bind_ipi, .vcpu = 1);
    TRY_EVENT(EVTCHNOP_bind_ipi, evtchn_bind_ipi, .vcpu = 0xffffffff);
    TRY_EVENT(EVTCHNOP_bind_pirq, evtchn_bind_pirq, .pirq = 0xffffffff);
    TRY_EVENT(EVTCHNOP_bind_pirq, evtchn_bind_pirq, .pirq = 4095);
    TRY_EVENT(EVTCHNOP_alloc_unbound, evtchn_alloc_unbound, .dom = 7);
    TRY_EVENT(EVTCHNOP_alloc_unbound, evtchn_alloc_unbound,
              .dom = DOMID_INVALID);
    TRY_EVENT(EVTCHNOP_bind_interdomain, evtchn_bind_interdomain,
              .remote_dom = 7, .remote_port = 1);
    TRY_EVENT(EVTCHNOP_bind_interdomain, evtchn_bind_interdomain,
              .remote_dom = DOMID_SELF, .remote_port = 0xffffffff);
    TRY_EVENT(EVTCHNOP_bind_interdomain, evtchn_bind_interdomain,
              .remote_dom = DOMID_SELF, .remote_port = 0);
    TRY_EVENT(EVTCHNOP_reset, evtchn_reset, .dom = 7);
    TRY_EVENT(EVTCHNOP_reset, evtchn_reset, .dom = DOMID_SELF);
    TRY_EVENT(EVTCHNOP_init_control, evtchn_init_control, .vcpu = 1);
    TRY_EVENT(EVTCHNOP_init_control, evtchn_init_control, .offset = 4095);
    TRY_EVENT(EVTCHNOP_expand_array, evtchn_expand_array, .array_gfn = 0);
    TRY_EVENT(EVTCHNOP_set_priority, evtchn_set_priority, .port = 0);
}
