/* SPDX-License-Identifier: MIT */
/*
 * PCI configuration space, for the few registers that are microxen's: those
 * of MSI and MSI-X.
 */
#ifndef MACHINE_PCI_H
#define MACHINE_PCI_H

#include <stdbool.h>
#include <stdint.h>

struct pci_device {
    uint16_t segment;
    uint8_t bus;
    uint8_t devfn;
};

/* Size in bytes: 1, 2 or 4; registers aligned to it.  No device: all ones. */
uint32_t pci_read(struct pci_device device, unsigned reg, unsigned size);
void pci_write(struct pci_device device, unsigned reg, unsigned size,
               uint32_t value);

/* Where a capability (PCI 3.0, 6.7) begins, or 0. */
unsigned pci_find_capability(struct pci_device device, uint8_t id);

/*
 * The kernel has found the memory-mapped configuration space of these
 * buses; from now on it is used for them.
 */
void pci_add_ecam(uint64_t address, uint16_t segment, uint8_t first_bus,
                  uint8_t last_bus);

#define PCI_COMMAND        0x04
#define PCI_COMMAND_MEMORY 0x0002
#define PCI_STATUS         0x06
#define PCI_STATUS_CAPABILITIES 0x0010
#define PCI_BAR(n)         (0x10 + 4 * (n))
#define PCI_CAPABILITIES   0x34
#define PCI_CAPABILITY_MSI  0x05
#define PCI_CAPABILITY_MSIX 0x11

#endif
