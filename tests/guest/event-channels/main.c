/* SPDX-License-Identifier: MIT */
/*
 * event-channels - ports to oneself, by both ABIs
 *
 * Two-level: what a port of each kind is, what a send sets at which end,
 * masks and who looks at them, what closing does to the other end, which
 * number comes next.  FIFO: the change to it with events pending, queues and
 * their order by priority, masks, ports beyond the array, what is refused;
 * and the way back by a reset.
 */
#include "channels.h"

evtchn_port_t new_ipi(const char *name)
{
    return EVENT(name, bind_ipi, .vcpu = 0).port;
}

bool upcall_pending(void)
{
    return *(volatile uint8_t *)&shared_info->vcpu_info[0]
                                     .evtchn_upcall_pending;
}

void upcall_clear(void)
{
    shared_info->vcpu_info[0].evtchn_upcall_pending = 0;
    __atomic_exchange_n(&shared_info->vcpu_info[0].evtchn_pending_sel, 0,
                        __ATOMIC_SEQ_CST);
}

void guest_main(void)
{
    test_two_level();
    test_fifo();
}
