/* SPDX-License-Identifier: MIT */
#include <machine/interrupt.h>

#include <machine/apic.h>
#include <machine/cpu_area.h>
#include <machine/device_vectors.h>
#include <machine/timer.h>

#define VECTORS 256

/* Those above the devices' mean the same on every CPU. */
static interrupt_handler *fixed[VECTORS - VECTOR_LAST_DEVICE];

void interrupt_set(unsigned vector, interrupt_handler *handler)
{
    fixed[vector - VECTOR_LAST_DEVICE] = handler;
}

void interrupt(unsigned vector)
{
    if (vector == VECTOR_TIMER) {       /* most are */
        timer_interrupt();
        apic_eoi();
        return;
    }
    if (vector == VECTOR_SPURIOUS)
        return;                         /* without EOI: SDM 11.9 */
    if (vector == VECTOR_VACATED)
        device_vectors_reclaim(this_cpu()->id);
    else if (vector <= VECTOR_LAST_DEVICE)
        device_vector_serve(this_cpu()->id, vector);
    else if (fixed[vector - VECTOR_LAST_DEVICE])
        fixed[vector - VECTOR_LAST_DEVICE](vector);
    if (vector != VECTOR_OUTSIDE)
        apic_eoi();
}

void interrupt_self(unsigned vector)
{
    apic_send_self(vector);
}
