/* SPDX-License-Identifier: MIT */
#include <hypercall/pirq.h>

#include <xen/errno.h>

#include <guest/domain.h>
#include <hypercall/console_input.h>
#include <hypercall/domid.h>
#include <hypercall/event.h>
#include <lib/string.h>
#include <machine/apic.h>
#include <machine/interrupt.h>
#include <machine/ioapic.h>
#include <machine/msi.h>
#include <machine/paging.h>

struct pirq {
    enum { PIRQ_FREE, PIRQ_GSI, PIRQ_MSI } kind;
    bool bound;
    bool routed;                /* GSI: setup_gsi told trigger and polarity */
    bool level;
    bool active_low;
    bool in_service;            /* masked until the kernel's EOI */
    uint8_t vector;
    struct msi msi;
};

static struct pirq pirqs[NR_PIRQS];
static uint16_t vector_pirq[256];
static uint64_t *eoi_page;              /* the guest's, direct map */

static bool is_pirq(uint64_t pirq)
{
    return pirq < NR_PIRQS && pirqs[pirq].kind != PIRQ_FREE;
}

bool pirq_exists(unsigned pirq)
{
    return domain.initial && is_pirq(pirq);
}

/* A level interrupt stays masked until the kernel has served it. */
static void pirq_interrupt(unsigned vector)
{
    unsigned number = vector_pirq[vector];
    struct pirq *pirq = &pirqs[number];

    if (pirq->level) {
        ioapic_mask(number, true);
        pirq->in_service = true;
    }
    event_raise_pirq(number);
}

static void set_needs_eoi(unsigned number, bool on)
{
    if (!eoi_page)
        return;
    if (on)
        eoi_page[number / 64] |= 1ull << number % 64;
    else
        eoi_page[number / 64] &= ~(1ull << number % 64);
}

static bool allocate_vector(unsigned number)
{
    struct pirq *pirq = &pirqs[number];

    if (!pirq->vector) {
        pirq->vector = (uint8_t)interrupt_allocate(pirq_interrupt);
        vector_pirq[pirq->vector] = (uint16_t)number;
    }
    return pirq->vector;
}

long pirq_bound(unsigned number)
{
    struct pirq *pirq = &pirqs[number];

    if (!allocate_vector(number))
        return -XEN_ENOSPC;
    pirq->bound = true;
    pirq->in_service = false;
    set_needs_eoi(number, pirq->level);
    if (pirq->kind == PIRQ_MSI) {
        msi_program(&pirq->msi, pirq->vector, apic_id());
        msi_mask(&pirq->msi, false);
        return 0;
    }
    console_input_release(number);
    ioapic_route(number, pirq->vector, apic_id(), pirq->level,
                 pirq->active_low);
    ioapic_mask(number, false);
    return 0;
}

void pirq_unbound(unsigned number)
{
    struct pirq *pirq = &pirqs[number];

    pirq->bound = false;
    if (pirq->kind == PIRQ_MSI) {
        msi_mask(&pirq->msi, true);
        return;
    }
    ioapic_mask(number, true);
    console_input_reclaim(number);
}

/* Until setup_gsi an ISA interrupt has what the MADT says. */
static void take_isa_trigger(unsigned gsi)
{
    for (unsigned irq = 0; irq < 16; irq++) {
        struct acpi_override isa = ioapic_isa(irq);

        if (isa.gsi == gsi) {
            pirqs[gsi].level = isa.level;
            pirqs[gsi].active_low = isa.active_low;
        }
    }
}

static long map_gsi(struct physdev_map_pirq *op)
{
    if (op->index < 0 || op->index >= NR_PIRQS
        || !ioapic_has_gsi((unsigned)op->index))
        return -XEN_EINVAL;
    if (op->pirq >= 0 && op->pirq != op->index)
        return -XEN_EINVAL;

    struct pirq *pirq = &pirqs[op->index];

    if (pirq->kind == PIRQ_FREE && !pirq->routed)
        take_isa_trigger((unsigned)op->index);
    pirq->kind = PIRQ_GSI;
    op->pirq = op->index;
    return 0;
}

static long msi_errno(enum msi_error error)
{
    switch (error) {
    case MSI_OK:            return 0;
    case MSI_NO_CAPABILITY: return -XEN_ENODEV;
    case MSI_NO_ENTRY:      return -XEN_EINVAL;
    case MSI_NO_MEMORY:     return -XEN_ENXIO;
    }
    return -XEN_EINVAL;
}

/* Above the GSIs, from the top down as Xen's. */
static int free_msi_pirq(void)
{
    for (int number = NR_PIRQS - 1; number >= (int)ioapic_nr_gsis(); number--)
        if (pirqs[number].kind == PIRQ_FREE)
            return number;
    return -XEN_ENOSPC;
}

static long map_msi(struct physdev_map_pirq *op, uint16_t segment)
{
    struct pci_device device = { segment, (uint8_t)op->bus,
                                 (uint8_t)op->devfn };
    int number = op->pirq < 0 ? free_msi_pirq() : op->pirq;
    struct msi msi;
    long error;

    if (number < 0)
        return number;
    if (number >= NR_PIRQS || pirqs[number].kind != PIRQ_FREE)
        return -XEN_EINVAL;
    error = msi_errno(msi_open(&msi, device, op->table_base,
                               op->table_base ? (unsigned)op->entry_nr : 0));
    if (error)
        return error;

    pirqs[number] = (struct pirq){ .kind = PIRQ_MSI, .msi = msi };
    if (!allocate_vector((unsigned)number)) {
        pirqs[number].kind = PIRQ_FREE;
        return -XEN_ENOSPC;
    }
    /* Complete, though masked: some kernels enable before they bind. */
    msi_program(&msi, pirqs[number].vector, apic_id());
    op->pirq = number;
    return 0;
}

long pirq_map(struct physdev_map_pirq *op)
{
    if (!domid_is_self(op->domid))
        return -XEN_ESRCH;
    switch (op->type) {
    case MAP_PIRQ_TYPE_GSI:
        return map_gsi(op);
    case MAP_PIRQ_TYPE_MSI:
        return map_msi(op, 0);
    case MAP_PIRQ_TYPE_MSI_SEG:
        return map_msi(op, (uint16_t)(op->bus >> 16));
    default:
        return -XEN_EINVAL;     /* several messages: Linux takes one then */
    }
}

static void release(unsigned number)
{
    struct pirq *pirq = &pirqs[number];

    if (pirq->bound)
        pirq_unbound(number);
    if (pirq->kind == PIRQ_MSI) {
        interrupt_free(pirq->vector);
        pirq->vector = 0;
    }
    pirq->kind = PIRQ_FREE;
}

long pirq_unmap(const struct physdev_unmap_pirq *op)
{
    if (!domid_is_self(op->domid))
        return -XEN_ESRCH;
    if (op->pirq < 0 || !is_pirq((unsigned)op->pirq))
        return -XEN_EINVAL;
    release((unsigned)op->pirq);
    return 0;
}

static bool is_of_device(const struct pirq *pirq, struct pci_device device)
{
    return pirq->kind == PIRQ_MSI
           && pirq->msi.device.segment == device.segment
           && pirq->msi.device.bus == device.bus
           && pirq->msi.device.devfn == device.devfn;
}

long pirq_restore(struct pci_device device)
{
    for (unsigned number = 0; number < NR_PIRQS; number++)
        if (is_of_device(&pirqs[number], device)) {
            msi_program(&pirqs[number].msi, pirqs[number].vector, apic_id());
            msi_mask(&pirqs[number].msi, !pirqs[number].bound);
        }
    return 0;
}

/* Nothing is written to the device: it isn't there any longer. */
void pirq_remove_device(struct pci_device device)
{
    for (unsigned number = 0; number < NR_PIRQS; number++)
        if (is_of_device(&pirqs[number], device)) {
            interrupt_free(pirqs[number].vector);
            pirqs[number] = (struct pirq){ .kind = PIRQ_FREE };
        }
}

long pirq_setup_gsi(const struct physdev_setup_gsi *op)
{
    if (op->gsi < 0 || op->gsi >= NR_PIRQS
        || !ioapic_has_gsi((unsigned)op->gsi))
        return -XEN_EINVAL;

    struct pirq *pirq = &pirqs[op->gsi];

    if (pirq->routed)
        return -XEN_EEXIST;
    pirq->routed = true;
    pirq->level = op->triggering;
    pirq->active_low = op->polarity;
    return 0;
}

long pirq_eoi(const struct physdev_eoi *op)
{
    if (!is_pirq(op->irq))
        return -XEN_EINVAL;

    struct pirq *pirq = &pirqs[op->irq];

    if (pirq->bound && pirq->in_service) {
        pirq->in_service = false;
        ioapic_mask(op->irq, false);
    }
    return 0;
}

long pirq_status(struct physdev_irq_status_query *op)
{
    if (op->irq >= NR_PIRQS)
        return -XEN_EINVAL;
    op->flags = pirqs[op->irq].level
                ? XENIRQSTAT_needs_eoi | XENIRQSTAT_shared : 0;
    return 0;
}

long pirq_eoi_gmfn(const struct physdev_pirq_eoi_gmfn *op)
{
    if (!domain_owns(MFN(op->gmfn)))
        return -XEN_EINVAL;
    if (eoi_page)
        return -XEN_EBUSY;
    eoi_page = direct_mfn(MFN(op->gmfn));
    memset(eoi_page, 0, PAGE_SIZE);
    for (unsigned number = 0; number < NR_PIRQS; number++)
        if (pirqs[number].bound)
            set_needs_eoi(number, pirqs[number].level);
    return 0;
}
