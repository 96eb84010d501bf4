/* SPDX-License-Identifier: MIT */
/* Interrupts and I/O privileges (public/physdev.h). */
#include <hypercall/argument.h>
#include <hypercall/domid.h>
#include <hypercall/hypercall.h>

#include <xen/xen.h>
#include <xen/physdev.h>

#include <guest/domain.h>
#include <hypercall/event.h>
#include <hypercall/pirq.h>
#include <hypercall/console_input.h>
#include <lib/guest_access.h>
#include <lib/string.h>
#include <machine/apic.h>
#include <machine/cpu.h>
#include <machine/interrupt.h>
#include <machine/ioapic.h>
#include <machine/paging.h>

#define NR_PIRQS 1024

struct pirq {
    bool mapped;
    bool bound;
    bool routed;                /* setup_gsi told trigger and polarity */
    bool level;
    bool active_low;
    bool in_service;            /* masked until the kernel's EOI */
    uint8_t vector;
};

static struct pirq pirqs[NR_PIRQS];
static uint8_t vector_pirq[256];        /* GSIs on I/O APICs: few */
static uint64_t *eoi_page;              /* the guest's, direct map */

static bool is_pirq(uint64_t pirq)
{
    return pirq < NR_PIRQS && pirqs[pirq].mapped;
}

bool pirq_exists(unsigned pirq)
{
    return domain.initial && is_pirq(pirq);
}

/* A level interrupt stays masked until the kernel has served it. */
static void gsi_interrupt(unsigned vector)
{
    unsigned gsi = vector_pirq[vector];
    struct pirq *pirq = &pirqs[gsi];

    if (pirq->level) {
        ioapic_mask(gsi, true);
        pirq->in_service = true;
    }
    event_raise_pirq(gsi);
}

static void set_needs_eoi(unsigned gsi, bool on)
{
    if (!eoi_page)
        return;
    if (on)
        eoi_page[gsi / 64] |= 1ull << gsi % 64;
    else
        eoi_page[gsi / 64] &= ~(1ull << gsi % 64);
}

long pirq_bound(unsigned gsi)
{
    struct pirq *pirq = &pirqs[gsi];

    if (!pirq->vector) {
        pirq->vector = (uint8_t)interrupt_allocate(gsi_interrupt);
        if (!pirq->vector)
            return -XEN_ENOSPC;
        vector_pirq[pirq->vector] = (uint8_t)gsi;
    }
    console_input_release(gsi);
    pirq->bound = true;
    pirq->in_service = false;
    set_needs_eoi(gsi, pirq->level);
    ioapic_route(gsi, pirq->vector, apic_id(), pirq->level,
                 pirq->active_low);
    ioapic_mask(gsi, false);
    return 0;
}

void pirq_unbound(unsigned gsi)
{
    ioapic_mask(gsi, true);
    pirqs[gsi].bound = false;
    console_input_reclaim(gsi);
}

static long map_pirq(struct physdev_map_pirq *op)
{
    if (!domid_is_self(op->domid))
        return -XEN_ESRCH;
    if (op->type != MAP_PIRQ_TYPE_GSI)
        return -XEN_EINVAL;
    if (op->index < 0 || op->index >= NR_PIRQS
        || !ioapic_has_gsi((unsigned)op->index))
        return -XEN_EINVAL;
    if (op->pirq >= 0 && op->pirq != op->index)
        return -XEN_EINVAL;

    struct pirq *pirq = &pirqs[op->index];

    /* Until setup_gsi an ISA interrupt has what the MADT says. */
    if (!pirq->mapped && !pirq->routed)
        for (unsigned irq = 0; irq < 16; irq++) {
            struct acpi_override isa = ioapic_isa(irq);

            if (isa.gsi == (uint32_t)op->index) {
                pirq->level = isa.level;
                pirq->active_low = isa.active_low;
            }
        }
    pirq->mapped = true;
    op->pirq = op->index;
    return 0;
}

static long unmap_pirq(const struct physdev_unmap_pirq *op)
{
    if (!domid_is_self(op->domid))
        return -XEN_ESRCH;
    if (op->pirq < 0 || !is_pirq((unsigned)op->pirq))
        return -XEN_EINVAL;
    if (pirqs[op->pirq].bound)
        pirq_unbound((unsigned)op->pirq);
    pirqs[op->pirq].mapped = false;
    return 0;
}

static long setup_gsi(const struct physdev_setup_gsi *op)
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

static long eoi(const struct physdev_eoi *op)
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

static long irq_status_query(struct physdev_irq_status_query *op)
{
    if (op->irq >= NR_PIRQS)
        return -XEN_EINVAL;
    op->flags = pirqs[op->irq].level
                ? XENIRQSTAT_needs_eoi | XENIRQSTAT_shared : 0;
    return 0;
}

static long pirq_eoi_gmfn(const struct physdev_pirq_eoi_gmfn *op)
{
    if (!domain_owns(MFN(op->gmfn)))
        return -XEN_EINVAL;
    if (eoi_page)
        return -XEN_EBUSY;
    eoi_page = direct_mfn(MFN(op->gmfn));
    memset(eoi_page, 0, PAGE_SIZE);
    for (unsigned gsi = 0; gsi < NR_PIRQS; gsi++)
        if (pirqs[gsi].bound)
            set_needs_eoi(gsi, pirqs[gsi].level);
    return 0;
}

static long apic_register_read(struct physdev_apic *op)
{
    return ioapic_read(op->apic_physbase, op->reg, &op->value)
           ? 0 : -XEN_EINVAL;
}

static long alloc_irq_vector(struct physdev_irq *op)
{
    op->vector = op->irq & 0xff;        /* no kernel looks at it */
    return 0;
}

static long set_iopl(const struct physdev_set_iopl *op)
{
    return op->iopl > 3 ? -XEN_EINVAL : 0;
}

/*
 * The kernel's bitmap for its user programs; the ports that it leaves out
 * are denied.  IOPL is never raised: a kernel does iopl(3) by a bitmap.
 */
static long set_iobitmap(const struct physdev_set_iobitmap *op)
{
    struct cpu *cpu = this_cpu();
    uint64_t bitmap;
    uint32_t bytes = (op->nr_ports + 7) / 8;

    memcpy(&bitmap, &op->bitmap, sizeof bitmap);
    if (op->nr_ports > 65536 || !is_guest_address(bitmap))
        return -XEN_EINVAL;
    cpu_enable_io_bitmap(cpu, false);
    if (!bitmap || !op->nr_ports)
        return 0;
    memset(cpu_io_bitmap(cpu), 0xff, IO_BITMAP_BYTES);
    if (!copy_from_guest(cpu_io_bitmap(cpu), bitmap, bytes))
        return -XEN_EFAULT;
    cpu_enable_io_bitmap(cpu, true);
    return 0;
}

/* Nothing has to be known of a device before its interrupts are mapped. */
static long note_device(const void *op)
{
    (void)op;
    return 0;
}

static long initial_domain_op(uint32_t command, uint64_t a2)
{
    switch (command) {
    CASE_IN(PHYSDEVOP_eoi, struct physdev_eoi, eoi, a2)
    CASE_IN_OUT(PHYSDEVOP_irq_status_query, struct physdev_irq_status_query,
                irq_status_query, a2)
    CASE_IN(PHYSDEVOP_pirq_eoi_gmfn_v1, struct physdev_pirq_eoi_gmfn,
            pirq_eoi_gmfn, a2)
    CASE_IN(PHYSDEVOP_pirq_eoi_gmfn_v2, struct physdev_pirq_eoi_gmfn,
            pirq_eoi_gmfn, a2)
    CASE_IN_OUT(PHYSDEVOP_apic_read, struct physdev_apic,
                apic_register_read, a2)
    CASE_IN_OUT(PHYSDEVOP_alloc_irq_vector, struct physdev_irq,
                alloc_irq_vector, a2)
    CASE_IN_OUT(PHYSDEVOP_map_pirq, struct physdev_map_pirq, map_pirq, a2)
    CASE_IN(PHYSDEVOP_unmap_pirq, struct physdev_unmap_pirq, unmap_pirq, a2)
    CASE_IN(PHYSDEVOP_setup_gsi, struct physdev_setup_gsi, setup_gsi, a2)
    CASE_IN(PHYSDEVOP_manage_pci_add, struct physdev_manage_pci,
            note_device, a2)
    CASE_IN(PHYSDEVOP_manage_pci_remove, struct physdev_manage_pci,
            note_device, a2)
    CASE_IN(PHYSDEVOP_manage_pci_add_ext, struct physdev_manage_pci_ext,
            note_device, a2)
    CASE_IN(PHYSDEVOP_pci_device_add, struct physdev_pci_device_add,
            note_device, a2)
    CASE_IN(PHYSDEVOP_pci_device_remove, struct physdev_pci_device,
            note_device, a2)
    CASE_IN(PHYSDEVOP_pci_mmcfg_reserved, struct physdev_pci_mmcfg_reserved,
            note_device, a2)
    default:
        return -XEN_ENOSYS;
    }
}

HYPERCALL(hypercall_physdev_op)
{
    UNUSED_ARGUMENTS(a3, a4, a5, a6);
    switch ((uint32_t)a1) {
    CASE_IN(PHYSDEVOP_set_iopl, struct physdev_set_iopl, set_iopl, a2)
    CASE_IN(PHYSDEVOP_set_iobitmap, struct physdev_set_iobitmap,
            set_iobitmap, a2)
    default:
        return domain.initial ? initial_domain_op((uint32_t)a1, a2)
                              : -XEN_ENOSYS;
    }
}
