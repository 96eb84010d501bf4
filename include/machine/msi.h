/* SPDX-License-Identifier: MIT */
/*
 * Message-signalled interrupts: the address and data that a device sends,
 * and its masks where it has any.  Enabling MSI or MSI-X as such is the
 * kernel's, in configuration space.
 */
#ifndef MACHINE_MSI_H
#define MACHINE_MSI_H

#include <stdbool.h>
#include <stdint.h>
#include <machine/pci.h>

struct msi {
    struct pci_device device;
    unsigned capability;        /* in configuration space; 0: none */
    bool msix;
    unsigned entry;             /* MSI-X: in its table; MSI: which message */
    volatile uint32_t *table;   /* MSI-X: this entry's four words */
};

enum msi_error {
    MSI_OK,
    MSI_NO_CAPABILITY,
    MSI_NO_ENTRY,               /* more than the device has */
    MSI_NO_MEMORY,              /* memory decode is off, or no BAR */
};

/*
 * Find what `msi` needs.  table_base is the address of the BAR that the
 * MSI-X table lies in, as the kernel knows it, and selects MSI-X; 0: MSI.
 */
enum msi_error msi_open(struct msi *msi, struct pci_device device,
                        uint64_t table_base, unsigned entry);

/*
 * Have it sent as `vector` to this CPU; stays masked if it can be.  For
 * MSI with several messages the first vector, aligned to their number.
 */
void msi_program(const struct msi *msi, unsigned vector, uint32_t apic_id);
void msi_mask(const struct msi *msi, bool masked);

#endif
