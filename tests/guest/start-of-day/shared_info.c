/* SPDX-License-Identifier: MIT */
#include "day.h"

#include <xen/event_channel.h>

#define YEAR_2020 1577836800u           /* seconds since 1970 */

static bool all_are(const void *memory, uint8_t byte, size_t size)
{
    const uint8_t *bytes = memory;

    while (size--)
        if (bytes[size] != byte)
            return false;
    return true;
}

static void test_vcpus(void)
{
    unsigned masked = 0, pending = 0;

    for (unsigned i = 0; i < XEN_LEGACY_MAX_VCPUS; i++) {
        masked += shared_info->vcpu_info[i].evtchn_upcall_mask;
        pending += shared_info->vcpu_info[i].evtchn_upcall_pending;
    }
    print("vCPUs with upcalls masked: %u", masked);
    print("vCPUs with upcalls pending: %u", pending);
}

static void test_time(void)
{
    const struct vcpu_time_info *time = &shared_info->vcpu_info[0].time;

    check("vCPU time's version is even and not 0",
          time->version && !(time->version & 1));
    check("vCPU time has a TSC scale", time->tsc_to_system_mul);
    check("wall clock's version is even and not 0",
          shared_info->wc_version && !(shared_info->wc_version & 1));
    check("wall clock is not before 2020", shared_info->wc_sec > YEAR_2020);
    check("wall clock's nanoseconds are below a second",
          shared_info->wc_nsec < 1000000000);
}

static void test_port(evtchn_port_t port)
{
    struct evtchn_status status = { .dom = DOMID_SELF, .port = port };

    CALL(event_channel_op, EVTCHNOP_status, &status);
    print("port %u, status: %u", port, status.status);
}

void test_shared_info(void)
{
    test_vcpus();
    check("no port is pending",
          all_are(shared_info->evtchn_pending, 0,
                  sizeof shared_info->evtchn_pending));
    check("no port is masked",
          all_are(shared_info->evtchn_mask, 0,
                  sizeof shared_info->evtchn_mask));
    test_time();
    check("arch.max_pfn is 0", shared_info->arch.max_pfn == 0);
    for (evtchn_port_t port = 0; port < 4; port++)
        test_port(port);
}
