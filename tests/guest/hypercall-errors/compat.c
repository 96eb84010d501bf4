/* SPDX-License-Identifier: MIT */
/* The three hypercalls as kernels before Xen 3.0.2 make them. */
#include "errors.h"

#include <xen/event_channel.h>
#include <xen/physdev.h>
#include <xen/sched.h>

static void try_sched_op_compat(void)
{
    static const unsigned long unknown[] = { 3, 7, 99, 0xffffffff };

    report(CALL(sched_op_compat, SCHEDOP_yield, 0),
           "sched_op_compat(SCHEDOP_yield)");
    report(CALL(sched_op_compat, SCHEDOP_yield, UNMAPPED_VIRTUAL),
           "sched_op_compat(SCHEDOP_yield, UNMAPPED_VIRTUAL)");
    report(CALL(sched_op_compat, 0x100000000 + SCHEDOP_yield, 0),
           "sched_op_compat(0x100000000 + SCHEDOP_yield)");
    for (unsigned i = 0; i < sizeof unknown / sizeof *unknown; i++)
        report(CALL(sched_op_compat, unknown[i], edge_page),
               "sched_op_compat(%lu)", unknown[i]);
}

#define EVENT(command, ...)                                                \
    ({                                                                     \
        static struct evtchn_op op_;                                       \
                                                                           \
        op_ = (struct evtchn_op){ .cmd = command, __VA_ARGS__ };           \
        report_sign(CALL(event_channel_op_compat, &op_), "%s",             \
                    "event_channel_op_compat(" #command ", "               \
                    #__VA_ARGS__ ")");                                     \
        op_;                                                               \
    })

static void try_ports(void)
{
    evtchn_port_t ipi = EVENT(EVTCHNOP_bind_ipi,
                              .u.bind_ipi.vcpu = 0).u.bind_ipi.port;
    evtchn_port_t virq = EVENT(EVTCHNOP_bind_virq, .u.bind_virq.virq =
                               VIRQ_DEBUG).u.bind_virq.port;
    evtchn_port_t unbound = EVENT(
        EVTCHNOP_alloc_unbound, .u.alloc_unbound.dom = DOMID_SELF,
        .u.alloc_unbound.remote_dom = DOMID_SELF).u.alloc_unbound.port;
    struct evtchn_op status = EVENT(EVTCHNOP_status, .u.status.dom =
                                    DOMID_SELF, .u.status.port = virq);

    print("event_channel_op_compat(EVTCHNOP_status), status: %u, virq %u",
          status.u.status.status, status.u.status.u.virq);
    EVENT(EVTCHNOP_send, .u.send.port = ipi);
    EVENT(EVTCHNOP_send, .u.send.port = unbound);
    EVENT(EVTCHNOP_unmask, .u.unmask.port = ipi);
    EVENT(EVTCHNOP_bind_vcpu, .u.bind_vcpu.port = unbound);
    EVENT(EVTCHNOP_bind_vcpu, .u.bind_vcpu.port = unbound,
          .u.bind_vcpu.vcpu = 1);
    EVENT(EVTCHNOP_close, .u.close.port = ipi);
    EVENT(EVTCHNOP_close, .u.close.port = ipi);
    EVENT(EVTCHNOP_close, .u.close.port = unbound);
    EVENT(EVTCHNOP_close, .u.close.port = virq);
}

static void try_event_channel_op_compat(void)
{
    for (struct bad_pointer *bad = bad_pointers; bad->kind; bad++)
        report(CALL(event_channel_op_compat, bad->address),
               "event_channel_op_compat(%s)", bad->kind);
    try_ports();
    EVENT(EVTCHNOP_send, .u.send.port = 4096);
    EVENT(EVTCHNOP_bind_virq, .u.bind_virq.virq = NR_VIRQS);
    EVENT(EVTCHNOP_bind_ipi, .u.bind_ipi.vcpu = 0xffffffff);
    EVENT(99, .u.close.port = 0);
    EVENT(0xffffffff, .u.close.port = 0);
}

#define PHYSDEV(command, ...)                                              \
    ({                                                                     \
        static struct physdev_op op_;                                      \
                                                                           \
        op_ = (struct physdev_op){ .cmd = command, __VA_ARGS__ };          \
        report_sign(CALL(physdev_op_compat, &op_), "%s",                   \
                    "physdev_op_compat(" #command ", " #__VA_ARGS__ ")");  \
    })

static void try_physdev_op_compat(void)
{
    static uint8_t bitmap[128];

    for (struct bad_pointer *bad = bad_pointers; bad->kind; bad++)
        report(CALL(physdev_op_compat, bad->address),
               "physdev_op_compat(%s)", bad->kind);
    PHYSDEV(PHYSDEVOP_irq_status_query, .u.irq_status_query.irq = 5);
    PHYSDEV(PHYSDEVOP_irq_status_query, .u.irq_status_query.irq = ~0u);
    PHYSDEV(PHYSDEVOP_set_iopl, .u.set_iopl.iopl = 4);
    PHYSDEV(PHYSDEVOP_set_iopl, .u.set_iopl.iopl = 1);
    PHYSDEV(PHYSDEVOP_set_iobitmap, .u.set_iobitmap.bitmap = { bitmap },
            .u.set_iobitmap.nr_ports = 1024);
    PHYSDEV(PHYSDEVOP_set_iobitmap, .u.set_iobitmap.nr_ports = 65537);
    PHYSDEV(PHYSDEVOP_apic_read, .u.apic_op.apic_physbase = 0);
    PHYSDEV(PHYSDEVOP_alloc_irq_vector, .u.irq_op.irq = 5000);
    PHYSDEV(99, .u.set_iopl.iopl = 0);
    PHYSDEV(0xffffffff, .u.set_iopl.iopl = 0);
}

void try_compat(void)
{
    try_sched_op_compat();
    try_event_channel_op_compat();
    try_physdev_op_compat();
}
