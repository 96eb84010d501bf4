/* SPDX-License-Identifier: MIT */
#include <machine/interrupt.h>

#include <xen/xen.h>
#include <xen/nmi.h>

#include <guest/domain.h>
#include <lib/console.h>
#include <machine/apic.h>
#include <machine/io.h>
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

/* System control port B: why there was an NMI. */
#define NMI_STATUS       0x61
#define NMI_STATUS_SERR  0x80
#define NMI_STATUS_IOCHK 0x40

void nmi_note_reason(void)
{
    uint8_t status = inb(NMI_STATUS);
    unsigned long *reason = &domain.shared_info->arch.nmi_reason;

    if (status == 0xff)
        return;                         /* no such port */
    if (status & NMI_STATUS_SERR)
        *reason |= 1ul << _XEN_NMIREASON_pci_serr;
    if (status & NMI_STATUS_IOCHK)
        *reason |= 1ul << _XEN_NMIREASON_io_error;
}
