/* SPDX-License-Identifier: MIT */
#include <hypercall/nmi.h>

#include <xen/xen.h>
#include <xen/nmi.h>

#include <guest/domain.h>
#include <machine/io.h>

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
