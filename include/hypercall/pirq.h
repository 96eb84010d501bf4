/* SPDX-License-Identifier: MIT */
/*
 * Physical interrupts as the kernel names them: GSIs, whose pirq is mostly
 * their own number, and MSI messages, whose lie above all GSIs.  The
 * functions that take an ABI structure are physdev_op's, with Xen's errnos.
 */
#ifndef HYPERCALL_PIRQ_H
#define HYPERCALL_PIRQ_H

#include <stdbool.h>
#include <stdint.h>
#include <xen/xen.h>
#include <xen/physdev.h>
#include <machine/pci.h>

#define NR_PIRQS 2048

/*
 * A kernel without ACPI takes its ISA interrupts without mapping them: they
 * have to be there.
 */
void pirq_map_isa(void);

/* Was it mapped by PHYSDEVOP_map_pirq? */
bool pirq_exists(unsigned pirq);

/* An event channel was bound to it, or closed: deliver, or don't. */
long pirq_bound(unsigned pirq);
/* Its port is another vCPU's now: it interrupts that CPU, if it can. */
void pirq_set_cpu(unsigned pirq, unsigned cpu);

void pirq_unbound(unsigned pirq);

long pirq_map(struct physdev_map_pirq *op);
long pirq_unmap(const struct physdev_unmap_pirq *op);
long pirq_setup_gsi(const struct physdev_setup_gsi *op);
long pirq_eoi(const struct physdev_eoi *op);
long pirq_status(struct physdev_irq_status_query *op);
long pirq_get_free(struct physdev_get_free_pirq *op);

/* The page of who needs EOIs; `unmask`: they unmask the port too. */
long pirq_eoi_gmfn(const struct physdev_pirq_eoi_gmfn *op, bool unmask);

/* An EOI for all whose ports are not masked (obsolete). */
long pirq_unmask_notify(void);

/* Write all messages of a device again. */
void pirq_restore(struct pci_device device);

/* Take all messages of a device away; how many there were. */
unsigned pirq_remove_device(struct pci_device device);

#endif
