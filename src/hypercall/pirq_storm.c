/* SPDX-License-Identifier: MIT */
/*
 * A line that is raised again at each EOI.  The kernel serves interrupts in
 * a loop until none is pending, so as long as the next one comes before it
 * looks, nothing else runs on that CPU, not even what would clear the
 * device.  Hardware leaves room between an EOI and the next message;
 * where it doesn't, the line has to rest.  Xen's irq_ratelimit does as much.
 */
#include "pirq_table.h"

#include <xen/xen.h>

#include <machine/cpu.h>
#include <machine/time.h>
#include <machine/timer.h>

#define MANY 1000
#define REST 10000000ull                /* ns, as Xen's */

void pirq_storm_count(struct pirq *pirq)
{
    bool in_upcall = this_cpu()->vcpu_info->evtchn_upcall_mask;

    pirq->successive = in_upcall ? (uint16_t)(pirq->successive + 1) : 0;
}

static void end_rests(void)
{
    for (unsigned i = 0; i < NR_PIRQS; i++)
        if (pirqs[i].resting) {
            pirqs[i].resting = false;
            pirq_end(&pirqs[i]);
        }
}

bool pirq_storm_rest(struct pirq *pirq)
{
    if (pirq->successive >= MANY) {
        pirq->successive = 0;
        pirq->resting = true;
        timer_register(TIMER_REST, end_rests);
        timer_set(TIMER_REST, time_now() + REST);
    }
    return pirq->resting;
}
