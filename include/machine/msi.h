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
    struct pci_device physical; /* the function that decodes its BARs */
    unsigned capability;        /* in configuration space; 0: none */
    bool msix;
    unsigned entry;             /* MSI-X: in its table; MSI: which message */
    unsigned count;             /* MSI: of so many, a power of two; MSI-X: 1 */
    volatile uint32_t *table;   /* MSI-X: this entry's four words */
};

enum msi_error {
    MSI_OK,
    MSI_NO_CAPABILITY,
    MSI_NO_ENTRY,               /* the MSI-X table ends before */
    MSI_TOO_MANY,               /* more messages than the device has */
    MSI_NO_MEMORY,              /* memory decode is off, or no BAR */
};

/*
 * Find out the rest of it where device, physical and count are known.
 * table_base is the address of the BAR that the MSI-X table lies in, as the
 * kernel knows it, and selects MSI-X; 0: MSI.  With MSI_TOO_MANY msi->count
 * is how many messages there are.
 */
enum msi_error msi_open(struct msi *msi, uint64_t table_base, unsigned entry);

/*
 * Have it sent as `vector` to the CPU with this APIC id; stays masked if it
 * can be.  Where it can't, one that is sent meanwhile may have the new
 * vector and go to the old CPU.  The vectors of several MSI messages are in
 * a row, the first aligned to their number.
 */
void msi_program(const struct msi *msi, unsigned vector, uint32_t apic_id);
void msi_mask(const struct msi *msi, bool masked);

#endif
