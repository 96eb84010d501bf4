/* SPDX-License-Identifier: MIT */
#include "errors.h"

#include <xen/event_channel.h>
#include <xen/sched.h>

#define POLL(...)                                                          \
    TRY_NAMED("sched_op(poll, " #__VA_ARGS__ ")", sched_op, SCHEDOP_poll,  \
              struct sched_poll, __VA_ARGS__)

static void try_poll(void)
{
    static evtchn_port_t ports[129];

    POLL(.nr_ports = 0, .timeout = 1);
    POLL(.ports = { ports }, .nr_ports = 129, .timeout = 1);
    POLL(.ports = { ports }, .nr_ports = 0xffffffff, .timeout = 1);
    POLL(.ports = { (evtchn_port_t *)UNMAPPED_VIRTUAL }, .nr_ports = 1,
         .timeout = 1);
    POLL(.ports = { (evtchn_port_t *)NONCANONICAL }, .nr_ports = 128,
         .timeout = 1);
    POLL(.ports = { (evtchn_port_t *)XENS }, .nr_ports = 1, .timeout = 1);
    ports[0] = 4096;
    POLL(.ports = { ports }, .nr_ports = 1, .timeout = 1);
    ports[0] = 0xffffffff;
    POLL(.ports = { ports }, .nr_ports = 1, .timeout = 1);
    ports[0] = 4095;
    POLL(.ports = { ports }, .nr_ports = 1, .timeout = 1);
    ports[0] = 0;
    POLL(.ports = { ports }, .nr_ports = 1, .timeout = 1);
}

#define WATCHDOG(...)                                                      \
    TRY_NAMED("sched_op(watchdog, " #__VA_ARGS__ ")", sched_op,            \
              SCHEDOP_watchdog, struct sched_watchdog, __VA_ARGS__)

static void try_watchdog(void)
{
    WATCHDOG(.id = 99, .timeout = 0);
    WATCHDOG(.id = 99, .timeout = 1);

    struct sched_watchdog set = { .id = 0, .timeout = 1000 };
    long id = CALL(sched_op, SCHEDOP_watchdog, &set);

    report_sign(id, "sched_op(SCHEDOP_watchdog, set)");
    WATCHDOG(.id = (uint32_t)id, .timeout = 0);
}

void try_sched_op(void)
{
    TRY(sched_op, SCHEDOP_yield, 0);
    TRY(sched_op, SCHEDOP_yield, UNMAPPED_VIRTUAL);
    /* Block would, and what is at the edge is no reason to shut down. */
    TRY_COMMANDS(sched_op, 2, NULL, NULL, "shutdown", "poll",
                 "remote_shutdown", "shutdown_code", "watchdog",
                 "pin_override", "8");
    try_poll();
    try_watchdog();
    TRY_OP(sched_op, SCHEDOP_remote_shutdown, struct sched_remote_shutdown,
           .domain_id = 7);
    TRY_OP(sched_op, SCHEDOP_remote_shutdown, struct sched_remote_shutdown,
           .domain_id = DOMID_SELF);
    TRY_OP(sched_op, SCHEDOP_pin_override, struct sched_pin_override,
           .pcpu = 1000000);
    TRY_OP(sched_op, SCHEDOP_pin_override, struct sched_pin_override,
           .pcpu = 0);
    TRY_OP(sched_op, SCHEDOP_pin_override, struct sched_pin_override,
           .pcpu = 0);
    TRY_OP(sched_op, SCHEDOP_pin_override, struct sched_pin_override,
           .pcpu = -1);
    TRY_OP(sched_op, SCHEDOP_shutdown_code, struct sched_shutdown,
           .reason = SHUTDOWN_reboot);
}
