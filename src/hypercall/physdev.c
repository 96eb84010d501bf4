/* SPDX-License-Identifier: MIT */
/* Interrupts and I/O privileges (public/physdev.h). */
#include "pirq_table.h"

#include <hypercall/argument.h>
#include <hypercall/hypercall.h>

#include <xen/xen.h>
#include <xen/physdev.h>

#include <guest/domain.h>
#include <hypercall/pci_devices.h>
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

/* A virtual function may be told of before its physical one. */
static long add_function(struct pci_device device, bool virtual,
                         uint8_t bus, uint8_t devfn)
{
    struct pci_device physical = { device.segment, bus, devfn }, known;

    if (!virtual)
        return pci_device_add(device, device);
    if (!pci_device_known(physical, &known))
        pci_device_add(physical, physical);
    return pci_device_add(device, physical);
}

static long add_device(const struct physdev_pci_device_add *op)
{
    return add_function((struct pci_device){ op->seg, op->bus, op->devfn },
                        op->flags & XEN_PCI_DEV_VIRTFN, op->physfn.bus,
                        op->physfn.devfn);
}

static long add_device_old(const struct physdev_manage_pci *op)
{
    return add_function((struct pci_device){ 0, op->bus, op->devfn }, false,
                        0, 0);
}

static long add_device_ext(const struct physdev_manage_pci_ext *op)
{
    if (op->is_extfn > 1 || op->is_virtfn > 1)
        return -XEN_EINVAL;
    return add_function((struct pci_device){ 0, op->bus, op->devfn },
                        op->is_virtfn, op->physfn.bus, op->physfn.devfn);
}

static long remove_device(const struct physdev_pci_device *op)
{
    return pci_device_remove((struct pci_device){ op->seg, op->bus,
                                                  op->devfn });
}

static long remove_device_old(const struct physdev_manage_pci *op)
{
    return pci_device_remove((struct pci_device){ 0, op->bus, op->devfn });
}

static long restore_msi(const struct physdev_pci_device *op)
{
    return pci_device_restore_msi((struct pci_device){ op->seg, op->bus,
                                                       op->devfn });
}

static long restore_msi_old(const struct physdev_restore_msi *op)
{
    return pci_device_restore_msi((struct pci_device){ 0, op->bus,
                                                       op->devfn });
}

/* Xen keeps its own and other domains' hands off the table meanwhile. */
static long share_msix(const struct physdev_pci_device *op)
{
    struct pci_device device = { op->seg, op->bus, op->devfn }, physical;

    return pci_device_known(device, &physical) ? 0 : -XEN_ENODEV;
}

static long mmcfg_reserved(const struct physdev_pci_mmcfg_reserved *op)
{
    if (op->flags & ~(uint32_t)XEN_PCI_MMCFG_RESERVED)
        return -XEN_EINVAL;
    switch (pci_use_ecam(op->address, op->segment, op->start_bus,
                         op->end_bus, op->flags)) {
    case PCI_ECAM_OK:      return 0;
    case PCI_ECAM_UNKNOWN: return -XEN_ENODEV;
    case PCI_ECAM_MOVED:   return -XEN_EIO;
    }
    return -XEN_EINVAL;
}

static long eoi_page_v1(const struct physdev_pirq_eoi_gmfn *op)
{
    return pirq_eoi_gmfn(op, true);
}

static long eoi_page_v2(const struct physdev_pirq_eoi_gmfn *op)
{
    return pirq_eoi_gmfn(op, false);
}

/* No console of ours is on an EHCI debug port. */
static long debug_port(const struct physdev_dbgp_op *op)
{
    (void)op;
    return 0;
}

static long device_op(uint32_t command, uint64_t a2)
{
    switch (command) {
    CASE_IN(PHYSDEVOP_manage_pci_add, struct physdev_manage_pci,
            add_device_old, a2)
    CASE_IN(PHYSDEVOP_manage_pci_remove, struct physdev_manage_pci,
            remove_device_old, a2)
    CASE_IN(PHYSDEVOP_manage_pci_add_ext, struct physdev_manage_pci_ext,
            add_device_ext, a2)
    CASE_IN(PHYSDEVOP_pci_device_add, struct physdev_pci_device_add,
            add_device, a2)
    CASE_IN(PHYSDEVOP_pci_device_remove, struct physdev_pci_device,
            remove_device, a2)
    CASE_IN(PHYSDEVOP_restore_msi, struct physdev_restore_msi,
            restore_msi_old, a2)
    CASE_IN(PHYSDEVOP_restore_msi_ext, struct physdev_pci_device,
            restore_msi, a2)
    CASE_IN(PHYSDEVOP_prepare_msix, struct physdev_pci_device,
            share_msix, a2)
    CASE_IN(PHYSDEVOP_release_msix, struct physdev_pci_device,
            share_msix, a2)
    CASE_IN(PHYSDEVOP_pci_mmcfg_reserved, struct physdev_pci_mmcfg_reserved,
            mmcfg_reserved, a2)
    CASE_IN(PHYSDEVOP_dbgp_op, struct physdev_dbgp_op, debug_port, a2)
    default:
        return -XEN_ENOSYS;
    }
}

/* Answered in the structure even when it fails: how many there could be. */
static long map_pirq(uint64_t argument)
{
    struct physdev_map_pirq op;
    long result;

    if (!GUEST_READ(&op, argument))
        return -XEN_EFAULT;
    result = pirq_map(&op);
    return GUEST_WRITE(argument, &op) ? result : -XEN_EFAULT;
}

static long initial_domain_op_locked(uint32_t command, uint64_t a2)
{
    switch (command) {
    CASE_IN(PHYSDEVOP_eoi, struct physdev_eoi, pirq_eoi, a2)
    CASE_IN_OUT(PHYSDEVOP_irq_status_query, struct physdev_irq_status_query,
                pirq_status, a2)
    CASE_IN(PHYSDEVOP_pirq_eoi_gmfn_v1, struct physdev_pirq_eoi_gmfn,
            eoi_page_v1, a2)
    CASE_IN(PHYSDEVOP_pirq_eoi_gmfn_v2, struct physdev_pirq_eoi_gmfn,
            eoi_page_v2, a2)
    case PHYSDEVOP_IRQ_UNMASK_NOTIFY:
        return pirq_unmask_notify();
    CASE_IN_OUT(PHYSDEVOP_apic_read, struct physdev_apic,
                apic_register_read, a2)
    CASE_IN_OUT(PHYSDEVOP_alloc_irq_vector, struct physdev_irq,
                alloc_irq_vector, a2)
    case PHYSDEVOP_map_pirq:
        return map_pirq(a2);
    CASE_IN_OUT(PHYSDEVOP_get_free_pirq, struct physdev_get_free_pirq,
                pirq_get_free, a2)
    CASE_IN(PHYSDEVOP_unmap_pirq, struct physdev_unmap_pirq, pirq_unmap, a2)
    CASE_IN(PHYSDEVOP_setup_gsi, struct physdev_setup_gsi, pirq_setup_gsi, a2)
    default:
        return device_op(command, a2);
    }
}

static long initial_domain_op(uint32_t command, uint64_t a2)
{
    long result;

    spin_lock(&pirqs_lock);
    result = initial_domain_op_locked(command, a2);
    spin_unlock(&pirqs_lock);
    return result;
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
