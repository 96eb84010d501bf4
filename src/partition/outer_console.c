/* SPDX-License-Identifier: MIT */
/* The log's ways out: the outer Xen's own log, and our console's ring. */
#include <partition/outer.h>

#include <xen/xen.h>
#include <xen/event_channel.h>
#include <xen/sched.h>
#include <xen/hvm/params.h>
#include <xen/io/console.h>

#include <lib/console.h>
#include <machine/io.h>
#include <machine/paging.h>

/* What HVM domains log by where console_io isn't theirs to use. */
#define XEN_LOG_PORT 0xe9

/* A console daemon on a busy host pauses for seconds. */
#define PATIENCE_NS 10000000000ull

#define BARRIER() __asm__ volatile ("" : : : "memory")

static volatile struct xencons_interface *ring;
static evtchn_port_t ring_port;
static bool is_left;            /* nobody took anything in PATIENCE_NS */

static bool xen_start(const char *settings)
{
    (void)settings;
    return true;
}

static void xen_write(const char *text, size_t length)
{
    if (!outer_call(__HYPERVISOR_console_io, CONSOLEIO_write, length,
                    (uint64_t)text))
        return;
    for (size_t i = 0; i < length; i++)
        outb(XEN_LOG_PORT, (uint8_t)text[i]);
}

static bool pv_start(const char *settings)
{
    uint64_t frame = outer_param(HVM_PARAM_CONSOLE_PFN);

    (void)settings;
    ring_port = (evtchn_port_t)outer_param(HVM_PARAM_CONSOLE_EVTCHN);
    if (!frame || !ring_port)
        return false;
    ring = direct(frame << PAGE_SHIFT);
    return true;
}

static void notify(void)
{
    struct evtchn_send send = { .port = ring_port };

    outer_call(__HYPERVISOR_event_channel_op, EVTCHNOP_send,
               (uint64_t)&send, 0);
}

static size_t room(void)
{
    uint32_t used = ring->out_prod - ring->out_cons;

    return used < sizeof ring->out ? sizeof ring->out - used : 0;
}

/* Until there is an event for our console, which may be there already. */
static void wait_for_event(uint64_t deadline)
{
    struct sched_poll poll = { .nr_ports = 1, .timeout = deadline };

    set_xen_guest_handle(poll.ports, &ring_port);
    outer_call(__HYPERVISOR_sched_op, SCHEDOP_poll, (uint64_t)&poll, 0);
    outer_call(__HYPERVISOR_sched_op, SCHEDOP_yield, 0, 0);
}

/* False: there is none still.  Without a clock it is waited for once. */
static bool wait_for_room(void)
{
    bool has_clock = outer_shared_info();
    uint64_t deadline = has_clock ? outer_system_time() + PATIENCE_NS : 0;

    do {
        wait_for_event(deadline);
    } while (!room() && has_clock && outer_system_time() < deadline);
    return room();
}

/* If nobody reads the console at all, text is lost, not time. */
static void pv_write(const char *text, size_t length)
{
    size_t done = 0;

    while (done < length) {
        size_t n = room() < length - done ? room() : length - done;
        uint32_t producer = ring->out_prod;

        for (size_t i = 0; i < n; i++)
            ring->out[MASK_XENCONS_IDX(producer + i, ring->out)] =
                text[done + i];
        BARRIER();
        ring->out_prod = producer + (uint32_t)n;
        done += n;
        notify();
        if (n)
            is_left = false;
        if (done < length && !room()) {
            is_left = is_left || !wait_for_room();
            if (is_left)
                return;
        }
    }
}

static int pv_read(void)
{
    uint32_t consumer = ring->in_cons;
    int byte;

    if (consumer == ring->in_prod)
        return -1;
    BARRIER();
    byte = (uint8_t)ring->in[MASK_XENCONS_IDX(consumer, ring->in)];
    BARRIER();
    ring->in_cons = consumer + 1;
    return byte;
}

static const struct console_device xen_console = {
    .name = "xen", .start = xen_start, .write = xen_write,
    .log_only = true,
};

static const struct console_device pv_console = {
    .name = "pv", .start = pv_start, .write = pv_write, .read = pv_read,
};

void outer_consoles_register(void)
{
    console_register(&xen_console, "");
    console_register(&pv_console, "");
}

bool outer_pv_console_is_used(void)
{
    return ring;
}
