/* SPDX-License-Identifier: MIT */
#ifndef HYPERCALL_NMI_H
#define HYPERCALL_NMI_H

/* Keep what the machine says of an NMI for the guest's nmi_reason. */
void nmi_note_reason(void);

#endif
