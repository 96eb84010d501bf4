/* SPDX-License-Identifier: MIT */
/* Which physical interrupt is what: PHYSDEVOP_map_pirq and its like. */
#include "pirq_table.h"

#include <xen/errno.h>

#include <hypercall/domid.h>
#include <hypercall/pci_devices.h>
#include <machine/ioapic.h>

#define ISA_IRQS          16
#define MSI_MESSAGES_MAX  32            /* PCI 3.0, 6.8.1.3 */

static bool is_free(unsigned number)
{
    return pirqs[number].kind == PIRQ_FREE;
}

/* As Xen's: above the GSIs, from the top down, the lowest of `count`. */
static int free_pirqs(unsigned count)
{
    unsigned found = 0;

    for (unsigned number = NR_PIRQS; number-- > ioapic_nr_gsis();) {
        found = is_free(number) ? found + 1 : 0;
        if (found == count)
            return (int)number;
    }
    return -XEN_ENOSPC;
}

static int free_pirq(uint32_t type)
{
    if (type == MAP_PIRQ_TYPE_GSI)
        for (unsigned number = ISA_IRQS; number < ioapic_nr_gsis(); number++)
            if (is_free(number))
                return (int)number;
    return free_pirqs(1);
}

long pirq_get_free(struct physdev_get_free_pirq *op)
{
    int number = free_pirq(op->type);

    if (number < 0)
        return number;
    pirqs[number].kind = PIRQ_RESERVED;
    op->pirq = (uint32_t)number;
    return 0;
}

/* Until setup_gsi an ISA interrupt has what the MADT says. */
static void take_isa_trigger(unsigned gsi)
{
    for (unsigned irq = 0; irq < ISA_IRQS; irq++) {
        struct acpi_override isa = ioapic_isa(irq);

        if (isa.gsi == gsi) {
            gsis[gsi].level = isa.level;
            gsis[gsi].active_low = isa.active_low;
        }
    }
}

/* The pirq for a GSI: as it is mapped, as it was asked for, or a free one. */
static int choose_gsi_pirq(const struct gsi *gsi, int wanted)
{
    if (gsi->mapped)
        return wanted < 0 || wanted == gsi->pirq ? gsi->pirq : -XEN_EEXIST;
    return wanted < 0 ? free_pirq(MAP_PIRQ_TYPE_GSI) : wanted;
}

static long map_gsi(struct physdev_map_pirq *op)
{
    if (op->index < 0 || !ioapic_has_gsi((unsigned)op->index))
        return -XEN_EINVAL;

    struct gsi *gsi = &gsis[op->index];
    int number = choose_gsi_pirq(gsi, op->pirq);

    if (number < 0)
        return number;
    if (number >= NR_PIRQS)
        return -XEN_EINVAL;
    op->pirq = number;
    /* A pirq that is something else already: as Xen, 0 and no change. */
    if (pirqs[number].kind > PIRQ_RESERVED)
        return 0;
    if (!gsi->routed)
        take_isa_trigger((unsigned)op->index);
    gsi->mapped = true;
    gsi->pirq = (uint16_t)number;
    pirqs[number] = (struct pirq){ .kind = PIRQ_GSI,
                                   .gsi = (unsigned)op->index };
    return 0;
}

void pirq_map_isa(void)
{
    for (unsigned irq = 1; irq < ISA_IRQS; irq++)
        map_gsi(&(struct physdev_map_pirq){
            .index = (int)ioapic_isa(irq).gsi, .pirq = (int)irq });
}

static long msi_errno(enum msi_error error)
{
    switch (error) {
    case MSI_OK:            return 0;
    case MSI_NO_CAPABILITY: return -XEN_ENODEV;
    case MSI_NO_ENTRY:      return -XEN_EINVAL;
    case MSI_TOO_MANY:      return -XEN_ENFILE;
    case MSI_NO_MEMORY:     return -XEN_ENXIO;
    }
    return -XEN_EINVAL;
}

/* Messages come in powers of two. */
static unsigned round_messages(int wanted)
{
    unsigned count = 1;

    while (count < (unsigned)wanted)
        count *= 2;
    return count;
}

static bool can_be_msi(int number, unsigned count)
{
    if (number < 0 || number + (int)count > NR_PIRQS)
        return false;
    for (unsigned i = 0; i < count; i++)
        if (pirqs[number + i].kind > PIRQ_RESERVED)
            return false;
    return true;
}

static bool take_msi(unsigned number, const struct msi *msi)
{
    for (unsigned i = 0; i < msi->count; i++) {
        pirqs[number + i] = (struct pirq){ .kind = PIRQ_MSI, .msi = *msi };
        pirqs[number + i].msi.entry += i;
    }
    if (pirq_allocate_vectors(number, msi->count)) {
        /* Complete, though masked: some kernels enable before they bind. */
        for (unsigned i = 0; i < msi->count; i++)
            pirq_program(&pirqs[number + i]);
        return true;
    }
    for (unsigned i = 0; i < msi->count; i++)
        pirqs[number + i].kind = PIRQ_FREE;
    return false;
}

static long map_msi(struct physdev_map_pirq *op, uint16_t segment,
                    unsigned count)
{
    struct pci_device device = { segment, (uint8_t)op->bus,
                                 (uint8_t)op->devfn };
    int number = op->pirq < 0 ? free_pirqs(count) : op->pirq;
    struct msi msi = { .device = device, .count = count };
    enum msi_error error;

    /* Nobody brings an interrupt of Xen's along. */
    if (count == 1 && op->index != -1)
        return -XEN_EINVAL;
    if (number == -XEN_ENOSPC)
        return number;
    if (!can_be_msi(number, count))
        return -XEN_EINVAL;
    if (!pci_device_known(device, &msi.physical))
        return -XEN_ENODEV;
    error = msi_open(&msi, op->table_base,
                     op->table_base ? (unsigned)op->entry_nr : 0);
    if (error) {
        if (error == MSI_TOO_MANY)
            op->entry_nr = (int)msi.count;
        return msi_errno(error);
    }
    if (!take_msi((unsigned)number, &msi))
        return -XEN_ENOSPC;
    op->pirq = number;
    return 0;
}

static long map_multi_msi(struct physdev_map_pirq *op)
{
    if (op->table_base)
        return -XEN_EINVAL;
    if (!domid_is_self(op->domid))
        return -XEN_ESRCH;
    if (op->entry_nr <= 0 || op->entry_nr > MSI_MESSAGES_MAX)
        return -XEN_EDOM;
    op->entry_nr = (int)round_messages(op->entry_nr);
    return map_msi(op, (uint16_t)(op->bus >> 16), (unsigned)op->entry_nr);
}

long pirq_map(struct physdev_map_pirq *op)
{
    if (op->type == MAP_PIRQ_TYPE_MULTI_MSI)
        return map_multi_msi(op);
    if (!domid_is_self(op->domid))
        return -XEN_ESRCH;
    switch (op->type) {
    case MAP_PIRQ_TYPE_GSI:
        return map_gsi(op);
    case MAP_PIRQ_TYPE_MSI:
        return map_msi(op, 0, 1);
    case MAP_PIRQ_TYPE_MSI_SEG:
        return map_msi(op, (uint16_t)(op->bus >> 16), 1);
    default:
        return -XEN_EINVAL;
    }
}

/* Its number is in use as long as a port is bound to it. */
static void release(unsigned number)
{
    struct pirq *pirq = &pirqs[number];
    bool bound = pirq->bound;

    if (bound)
        pirq_stop(number);
    pirq_free_vectors(pirq);
    if (pirq->kind == PIRQ_GSI)
        gsis[pirq->gsi].mapped = false;
    *pirq = (struct pirq){ .kind = bound ? PIRQ_GONE : PIRQ_FREE };
}

long pirq_unmap(const struct physdev_unmap_pirq *op)
{
    if (!domid_is_self(op->domid))
        return -XEN_ESRCH;
    if (op->pirq < 0 || !pirq_exists((unsigned)op->pirq))
        return -XEN_EINVAL;

    unsigned number = (unsigned)op->pirq, count = 1;

    if (pirqs[number].kind == PIRQ_MSI && !pirqs[number].msi.msix) {
        if (pirqs[number].msi.entry)
            return -XEN_EBUSY;          /* all go with the first */
        count = pirqs[number].msi.count;
    }
    for (unsigned i = 0; i < count; i++)
        release(number + i);
    return 0;
}

static bool is_of_device(const struct pirq *pirq, struct pci_device device)
{
    return pirq->kind == PIRQ_MSI
           && pci_device_is(pirq->msi.device, device);
}

void pirq_restore(struct pci_device device)
{
    for (unsigned number = 0; number < NR_PIRQS; number++)
        if (is_of_device(&pirqs[number], device)) {
            pirq_program(&pirqs[number]);
            msi_mask(&pirqs[number].msi, !pirqs[number].bound);
        }
}

unsigned pirq_remove_device(struct pci_device device)
{
    unsigned removed = 0;

    for (unsigned number = 0; number < NR_PIRQS; number++)
        if (is_of_device(&pirqs[number], device)) {
            release(number);
            removed++;
        }
    return removed;
}

long pirq_setup_gsi(const struct physdev_setup_gsi *op)
{
    if (op->gsi < 0 || !ioapic_has_gsi((unsigned)op->gsi))
        return -XEN_EINVAL;

    struct gsi *gsi = &gsis[op->gsi];

    if (gsi->routed)
        return -XEN_EEXIST;
    gsi->routed = true;
    gsi->level = op->triggering;
    gsi->active_low = op->polarity;
    return 0;
}
