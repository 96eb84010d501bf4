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

static inline bool pci_device_is(struct pci_device a, struct pci_device b)
{
    return a.segment == b.segment && a.bus == b.bus && a.devfn == b.devfn;
}

/* For printk, as PCI devices are written everywhere. */
#define PCI_FORMAT "%04x:%02x:%02x.%u"
#define PCI_FORMAT_ARGUMENTS(d) (d).segment, (d).bus, (d).devfn >> 3u, \
    (d).devfn & 7u

/* Size in bytes: 1, 2 or 4; registers aligned to it.  No device: all ones. */
uint32_t pci_read(struct pci_device device, unsigned reg, unsigned size);
void pci_write(struct pci_device device, unsigned reg, unsigned size,
               uint32_t value);

/* Around several accesses, which may be dear one by one. */
void pci_begin(struct pci_device device);
void pci_end(struct pci_device device);

/* Where a capability (PCI 3.0, 6.7) begins, or 0. */
unsigned pci_find_capability(struct pci_device device, uint8_t id);

#define PCI_ECAM_BUS (1ull << 20)       /* bytes that a bus takes */

/*
 * ACPI tells of memory-mapped configuration space of these buses: address
 * is bus 0's.  `use`: memory's map has it, too, so that it can be believed.
 */
void pci_add_ecam(uint64_t address, uint16_t segment, uint8_t first_bus,
                  uint8_t last_bus, bool use);

enum pci_ecam_answer { PCI_ECAM_OK, PCI_ECAM_UNKNOWN, PCI_ECAM_MOVED };

/* The kernel has, or has not, found the one that was told of usable. */
enum pci_ecam_answer pci_use_ecam(uint64_t address, uint16_t segment,
                                  uint8_t first_bus, uint8_t last_bus,
                                  bool use);

#define PCI_ABSENT_16      0xffff       /* 16 bits where no device is */
#define PCI_COMMAND        0x04
#define PCI_COMMAND_MEMORY 0x0002
#define PCI_STATUS         0x06
#define PCI_STATUS_CAPABILITIES 0x0010
#define PCI_BAR(n)         (0x10 + 4 * (n))
#define PCI_CAPABILITIES   0x34
#define PCI_CAPABILITY_MSI  0x05
#define PCI_CAPABILITY_MSIX 0x11

#endif
