/* SPDX-License-Identifier: MIT */
/*
 * The PCI devices that the kernel has told of: only those can have MSI, as
 * with Xen.  physdev_op's structures and errnos.
 */
#ifndef HYPERCALL_PCI_DEVICES_H
#define HYPERCALL_PCI_DEVICES_H

#include <stdbool.h>
#include <machine/pci.h>

/* Is it known?  *physical: itself, or the function whose virtual one it is. */
bool pci_device_known(struct pci_device device, struct pci_device *physical);

long pci_device_add(struct pci_device device, struct pci_device physical);

/* It is gone: so are its interrupts. */
long pci_device_remove(struct pci_device device);

/* It has lost its messages (reset, D3): they are written again. */
long pci_device_restore_msi(struct pci_device device);

#endif
