/* SPDX-License-Identifier: MIT */
#include <machine/msi.h>

#include <lib/console.h>
#include <machine/paging.h>

/* PCI 3.0, 6.8.1: offsets from the MSI capability. */
#define MSI_CONTROL       2
#define MSI_CONTROL_COUNT(control) (1u << ((control) >> 1 & 7))
#define MSI_CONTROL_ENABLED        0x0070       /* log2 of how many are */
#define MSI_CONTROL_ENABLED_SHIFT  4
#define MSI_CONTROL_64BIT 0x0080
#define MSI_CONTROL_MASKS 0x0100
#define MSI_ADDRESS       4
#define MSI_ADDRESS_HIGH  8
#define MSI_DATA(wide)    ((wide) ? 12 : 8)
#define MSI_MASKS(wide)   ((wide) ? 16 : 12)

/* PCI 3.0, 6.8.2: offsets from the MSI-X capability. */
#define MSIX_CONTROL      2
#define MSIX_CONTROL_SIZE(control) (((control) & 0x7ff) + 1)
#define MSIX_TABLE        4
#define MSIX_TABLE_BAR    0x7

#define MSIX_ENTRY_SIZE   16
enum { ENTRY_ADDRESS, ENTRY_ADDRESS_HIGH, ENTRY_DATA, ENTRY_CONTROL };
#define ENTRY_MASKED      1

/* SDM volume 3, 11.11.1: fixed delivery, edge, one physical destination. */
#define MESSAGE_ADDRESS(apic_id) (0xfee00000u | ((apic_id) & 0xff) << 12)

/*
 * Does the table answer?  Where the kernel has switched the BARs off, or
 * the device is gone, nothing is written to whatever may be there now.
 */
static bool table_is_there(const struct msi *msi)
{
    uint32_t command = pci_read(msi->physical, PCI_COMMAND, 2);

    if (command != PCI_ABSENT_16 && (command & PCI_COMMAND_MEMORY))
        return true;
    printk("PCI " PCI_FORMAT ": its MSI-X table isn't there, entry %u is "
           "left alone\n", PCI_FORMAT_ARGUMENTS(msi->device), msi->entry);
    return false;
}

static enum msi_error open_msix(struct msi *msi, uint64_t table_base)
{
    uint32_t control = pci_read(msi->device, msi->capability + MSIX_CONTROL,
                                2);
    uint32_t table = pci_read(msi->device, msi->capability + MSIX_TABLE, 4);

    if (msi->entry >= MSIX_CONTROL_SIZE(control))
        return MSI_NO_ENTRY;
    if (!table_is_there(msi))
        return MSI_NO_MEMORY;
    msi->table = paging_map_device_shared(
        table_base + (table & ~MSIX_TABLE_BAR)
        + (uint64_t)msi->entry * MSIX_ENTRY_SIZE);
    return msi->table ? MSI_OK : MSI_NO_MEMORY;
}

enum msi_error msi_open(struct msi *msi, uint64_t table_base, unsigned entry)
{
    msi->msix = table_base != 0;
    msi->entry = entry;
    msi->capability = pci_find_capability(msi->device,
                                          msi->msix ? PCI_CAPABILITY_MSIX
                                                    : PCI_CAPABILITY_MSI);
    if (!msi->capability)
        return MSI_NO_CAPABILITY;
    if (msi->msix)
        return open_msix(msi, table_base);

    uint32_t control = pci_read(msi->device, msi->capability + MSI_CONTROL,
                                2);

    if (msi->count <= MSI_CONTROL_COUNT(control))
        return MSI_OK;
    msi->count = MSI_CONTROL_COUNT(control);
    return MSI_TOO_MANY;
}

static void program_msi(const struct msi *msi, unsigned vector,
                        uint32_t apic_id)
{
    uint32_t control = pci_read(msi->device, msi->capability + MSI_CONTROL,
                                2);
    bool wide = control & MSI_CONTROL_64BIT;

    pci_write(msi->device, msi->capability + MSI_DATA(wide), 2,
              vector - msi->entry);
    if (wide)
        pci_write(msi->device, msi->capability + MSI_ADDRESS_HIGH, 4, 0);
    pci_write(msi->device, msi->capability + MSI_ADDRESS, 4,
              MESSAGE_ADDRESS(apic_id));
    control &= ~MSI_CONTROL_ENABLED;
    control |= (uint32_t)__builtin_ctz(msi->count)
               << MSI_CONTROL_ENABLED_SHIFT;
    pci_write(msi->device, msi->capability + MSI_CONTROL, 2, control);
}

void msi_program(const struct msi *msi, unsigned vector, uint32_t apic_id)
{
    if (!msi->msix) {
        pci_begin(msi->device);
        msi_mask(msi, true);
        program_msi(msi, vector, apic_id);
        pci_end(msi->device);
        return;
    }
    if (!table_is_there(msi))
        return;
    msi->table[ENTRY_CONTROL] = ENTRY_MASKED;
    msi->table[ENTRY_ADDRESS] = MESSAGE_ADDRESS(apic_id);
    msi->table[ENTRY_ADDRESS_HIGH] = 0;
    msi->table[ENTRY_DATA] = vector;
}

void msi_mask(const struct msi *msi, bool masked)
{
    if (msi->msix) {
        if (table_is_there(msi))
            msi->table[ENTRY_CONTROL] = masked ? ENTRY_MASKED : 0;
        return;
    }

    uint32_t control = pci_read(msi->device, msi->capability + MSI_CONTROL,
                                2);

    if (!(control & MSI_CONTROL_MASKS))
        return;                 /* the kernel's enable bit is all there is */

    unsigned reg = msi->capability + MSI_MASKS(control & MSI_CONTROL_64BIT);
    uint32_t masks = pci_read(msi->device, reg, 4);

    pci_write(msi->device, reg, 4,
              masked ? masks | 1u << msi->entry
                     : masks & ~(1u << msi->entry));
}
