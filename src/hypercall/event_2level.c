/* SPDX-License-Identifier: MIT */
/* One bit a port in shared_info, one bit for 64 of them in vcpu_info. */
#include <hypercall/event_abi.h>

#include <xen/xen.h>
#include <xen/event_channel.h>

#include <guest/domain.h>
#include <lib/bits.h>

#define BITS 64

static uint64_t *pending_word(uint32_t port)
{
    return &domain.shared_info->evtchn_pending[port / BITS];
}

static bool is_pending(uint32_t port)
{
    return test_bit(pending_word(port), port % BITS);
}

static bool is_masked(uint32_t port)
{
    return test_bit(&domain.shared_info->evtchn_mask[port / BITS],
                    port % BITS);
}

static void select(uint32_t port, struct cpu *cpu)
{
    set_bit(&cpu->vcpu_info->evtchn_pending_sel, port / BITS);
}

static bool set_pending(uint32_t port, struct cpu *cpu, unsigned priority)
{
    (void)priority;
    if (test_and_set_bit(pending_word(port), port % BITS)
        || is_masked(port))
        return false;
    select(port, cpu);
    return true;
}

static bool unmask(uint32_t port, struct cpu *cpu, unsigned priority)
{
    (void)priority;
    if (!test_and_clear_bit(&domain.shared_info->evtchn_mask[port / BITS],
                            port % BITS)
        || !is_pending(port))
        return false;
    select(port, cpu);
    return true;
}

static void clear_pending(uint32_t port)
{
    clear_bit(pending_word(port), port % BITS);
}

static bool has_events(const struct cpu *cpu)
{
    return __atomic_load_n(&cpu->vcpu_info->evtchn_pending_sel,
                           __ATOMIC_SEQ_CST);
}

const struct event_abi event_abi_2level = {
    .nr_ports = EVTCHN_2L_NR_CHANNELS,
    .set_pending = set_pending,
    .unmask = unmask,
    .clear_pending = clear_pending,
    .is_pending = is_pending,
    .is_masked = is_masked,
    .has_events = has_events,
};
