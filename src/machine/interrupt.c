/* SPDX-License-Identifier: MIT */
#include <machine/interrupt.h>

#include <machine/apic.h>
#include <machine/timer.h>

#define VECTOR_INT80 0x80

static interrupt_handler *handlers[256];

unsigned interrupt_allocate(interrupt_handler *handler)
{
    for (unsigned v = VECTOR_FIRST_DEVICE; v <= VECTOR_LAST_DEVICE; v++)
        if (!handlers[v] && v != VECTOR_INT80) {
            handlers[v] = handler;
            return v;
        }
    return 0;
}

void interrupt_free(unsigned vector)
{
    handlers[vector] = 0;
}

void interrupt(unsigned vector)
{
    if (vector == VECTOR_SPURIOUS)
        return;                         /* without EOI: SDM 11.9 */
    if (vector == VECTOR_TIMER)
        timer_interrupt();
    else if (handlers[vector])
        handlers[vector](vector);
    apic_eoi();
}

void interrupt_self(unsigned vector)
{
    apic_send_self(vector);
}
