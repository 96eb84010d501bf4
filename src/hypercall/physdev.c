/* SPDX-License-Identifier: MIT */
/* Interrupts and I/O privileges (public/physdev.h). */
#include <hypercall/argument.h>
#include <hypercall/hypercall.h>

#include <xen/xen.h>
#include <xen/physdev.h>

#include <guest/domain.h>
#include <hypercall/pirq.h>
#include <lib/guest_access.h>
#include <lib/string.h>
#include <machine/cpu.h>
#include <machine/ioapic.h>

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

static long remove_device(const struct physdev_pci_device *op)
{
    pirq_remove_device((struct pci_device){ op->seg, op->bus, op->devfn });
    return 0;
}

static long remove_device_old(const struct physdev_manage_pci *op)
{
    pirq_remove_device((struct pci_device){ 0, op->bus, op->devfn });
    return 0;
}

static long restore_msi(const struct physdev_pci_device *op)
{
    return pirq_restore((struct pci_device){ op->seg, op->bus, op->devfn });
}

static long restore_msi_old(const struct physdev_restore_msi *op)
{
    return pirq_restore((struct pci_device){ 0, op->bus, op->devfn });
}

static long mmcfg_reserved(const struct physdev_pci_mmcfg_reserved *op)
{
    if (op->flags & XEN_PCI_MMCFG_RESERVED)
        pci_add_ecam(op->address, op->segment, op->start_bus, op->end_bus);
    return 0;
}

static long initial_domain_op(uint32_t command, uint64_t a2)
{
    switch (command) {
    CASE_IN(PHYSDEVOP_eoi, struct physdev_eoi, pirq_eoi, a2)
    CASE_IN_OUT(PHYSDEVOP_irq_status_query, struct physdev_irq_status_query,
                pirq_status, a2)
    CASE_IN(PHYSDEVOP_pirq_eoi_gmfn_v1, struct physdev_pirq_eoi_gmfn,
            pirq_eoi_gmfn, a2)
    CASE_IN(PHYSDEVOP_pirq_eoi_gmfn_v2, struct physdev_pirq_eoi_gmfn,
            pirq_eoi_gmfn, a2)
    CASE_IN_OUT(PHYSDEVOP_apic_read, struct physdev_apic,
                apic_register_read, a2)
    CASE_IN_OUT(PHYSDEVOP_alloc_irq_vector, struct physdev_irq,
                alloc_irq_vector, a2)
    CASE_IN_OUT(PHYSDEVOP_map_pirq, struct physdev_map_pirq, pirq_map, a2)
    CASE_IN(PHYSDEVOP_unmap_pirq, struct physdev_unmap_pirq, pirq_unmap, a2)
    CASE_IN(PHYSDEVOP_setup_gsi, struct physdev_setup_gsi, pirq_setup_gsi, a2)
    CASE_IN(PHYSDEVOP_manage_pci_add, struct physdev_manage_pci,
            note_device, a2)
    CASE_IN(PHYSDEVOP_manage_pci_remove, struct physdev_manage_pci,
            remove_device_old, a2)
    CASE_IN(PHYSDEVOP_manage_pci_add_ext, struct physdev_manage_pci_ext,
            note_device, a2)
    CASE_IN(PHYSDEVOP_pci_device_add, struct physdev_pci_device_add,
            note_device, a2)
    CASE_IN(PHYSDEVOP_pci_device_remove, struct physdev_pci_device,
            remove_device, a2)
    CASE_IN(PHYSDEVOP_restore_msi, struct physdev_restore_msi,
            restore_msi_old, a2)
    CASE_IN(PHYSDEVOP_restore_msi_ext, struct physdev_pci_device,
            restore_msi, a2)
    CASE_IN(PHYSDEVOP_pci_mmcfg_reserved, struct physdev_pci_mmcfg_reserved,
            mmcfg_reserved, a2)
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
