/* SPDX-License-Identifier: MIT */
/*
 * interrupts - a device's interrupts as events
 *
 * The real-time clock's, which every PC has as GSI 8 and no hypervisor keeps
 * for itself: set up, mapped, bound, raised by the clock some times in a
 * second, given up, and bound again.
 */
#include "guest.h"

#include <xen/event_channel.h>
#include <xen/physdev.h>

#define GSI        8
#define CMOS_INDEX 0x70
#define CMOS_DATA  0x71
#define REGISTER_A 0x0a
#define REGISTER_B 0x0b
#define REGISTER_C 0x0c                 /* reading it ends the interrupt */
#define RATE_MASK  0x0f
#define RATE       0x0d                 /* 8 in a second */
#define PERIODIC   0x40
#define SECONDS    0x00

static evtchn_port_t port;

static uint8_t cmos_read(uint8_t index)
{
    uint8_t value;

    __asm__ volatile ("outb %1, %2; inb %3, %0" : "=a" (value)
                      : "a" (index), "i" (CMOS_INDEX), "i" (CMOS_DATA));
    return value;
}

static void cmos_write(uint8_t index, uint8_t value)
{
    __asm__ volatile ("outb %0, %1" : : "a" (index), "i" (CMOS_INDEX));
    __asm__ volatile ("outb %0, %1" : : "a" (value), "i" (CMOS_DATA));
}

static bool is_pending(void)
{
    return *(volatile unsigned long *)&shared_info->evtchn_pending[port / 64]
           >> port % 64 & 1;
}

static void clear(void)
{
    __atomic_fetch_and(&shared_info->evtchn_pending[port / 64],
                       ~(1ul << port % 64), __ATOMIC_SEQ_CST);
}

/* Whether one comes before a second has begun and ended. */
static bool comes(void)
{
    uint8_t second = cmos_read(SECONDS);

    for (unsigned seconds = 0; seconds < 2 && !is_pending();) {
        uint8_t now = cmos_read(SECONDS);

        seconds += now != second;
        second = now;
    }
    return is_pending();
}

#define PHYSDEV(operation, type, ...)                                      \
    ({                                                                     \
        struct type op_ = { __VA_ARGS__ };                                 \
                                                                           \
        report(CALL(physdev_op, PHYSDEVOP_##operation, &op_),              \
               "physdev_op(PHYSDEVOP_" #operation ")");                    \
        op_;                                                               \
    })

#define EVENT(operation, ...)                                              \
    ({                                                                     \
        struct evtchn_##operation op_ = { __VA_ARGS__ };                   \
                                                                           \
        report(CALL(event_channel_op, EVTCHNOP_##operation, &op_),         \
               "event_channel_op(EVTCHNOP_" #operation ")");               \
        op_;                                                               \
    })

static void next(const char *name)
{
    clear();
    cmos_read(REGISTER_C);
    PHYSDEV(eoi, physdev_eoi, .irq = GSI);
    print("%s, one comes: %s", name, comes() ? "yes" : "no");
}

static void set_up(void)
{
    struct physdev_map_pirq map;

    PHYSDEV(set_iopl, physdev_set_iopl, .iopl = 1);
    PHYSDEV(setup_gsi, physdev_setup_gsi, .gsi = GSI);
    map = PHYSDEV(map_pirq, physdev_map_pirq, .domid = DOMID_SELF,
                  .type = MAP_PIRQ_TYPE_GSI, .index = GSI, .pirq = GSI);
    print("its pirq is its GSI: %s", map.pirq == GSI ? "yes" : "no");
    port = EVENT(bind_pirq, .pirq = GSI).port;
    EVENT(bind_pirq, .pirq = GSI);
}

static void start_clock(void)
{
    cmos_write(REGISTER_A, (uint8_t)((cmos_read(REGISTER_A) & ~RATE_MASK)
                                     | RATE));
    cmos_write(REGISTER_B, cmos_read(REGISTER_B) | PERIODIC);
    cmos_read(REGISTER_C);
}

static void test_status(void)
{
    struct evtchn_status status = EVENT(status, .dom = DOMID_SELF,
                                        .port = port);
    struct physdev_irq_status_query query = PHYSDEV(
        irq_status_query, physdev_irq_status_query, .irq = GSI);

    print("its port's status: %u, pirq %u", status.status, status.u.pirq);
    print("it needs an EOI, is shared: %u %u",
          query.flags & XENIRQSTAT_needs_eoi,
          !!(query.flags & XENIRQSTAT_shared));
}

void guest_main(void)
{
    set_up();
    test_status();
    start_clock();
    next("the first");
    next("the second");
    EVENT(bind_vcpu, .port = port, .vcpu = 0);
    next("bound to its vCPU");
    EVENT(close, .port = port);
    clear();
    print("closed, one comes: %s", comes() ? "yes" : "no");
    port = EVENT(bind_pirq, .pirq = GSI).port;
    next("bound again");
    cmos_write(REGISTER_B, cmos_read(REGISTER_B) & ~PERIODIC);
    next("the clock stopped");
    EVENT(close, .port = port);
    PHYSDEV(pirq_eoi_gmfn_v2, physdev_pirq_eoi_gmfn,
            .gmfn = mfn_of(page_new()));
    PHYSDEV(unmap_pirq, physdev_unmap_pirq, .domid = DOMID_SELF,
            .pirq = GSI);
}
