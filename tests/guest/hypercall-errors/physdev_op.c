/* SPDX-License-Identifier: MIT */
#include "errors.h"

#include <xen/physdev.h>

#define TRY_PHYSDEV(command, type, ...)                                    \
    TRY_NAMED("physdev_op(" #command ", " #__VA_ARGS__ ")", physdev_op,    \
              command, struct type, __VA_ARGS__)

static void try_interrupts(void)
{
    TRY_PHYSDEV(PHYSDEVOP_eoi, physdev_eoi, .irq = 0xffffffff);
    TRY_PHYSDEV(PHYSDEVOP_eoi, physdev_eoi, .irq = 5000);
    TRY_PHYSDEV(PHYSDEVOP_eoi, physdev_eoi, .irq = 5);
    TRY_PHYSDEV(PHYSDEVOP_irq_status_query, physdev_irq_status_query,
                .irq = 0xffffffff);
    TRY_PHYSDEV(PHYSDEVOP_irq_status_query, physdev_irq_status_query,
                .irq = 5000);
    TRY_PHYSDEV(PHYSDEVOP_alloc_irq_vector, physdev_irq, .irq = 5000);
    TRY_PHYSDEV(PHYSDEVOP_alloc_irq_vector, physdev_irq, .irq = 0xffffffff);
    TRY_PHYSDEV(PHYSDEVOP_apic_read, physdev_apic, .apic_physbase = 0);
    TRY_PHYSDEV(PHYSDEVOP_apic_write, physdev_apic, .apic_physbase = 0);
    TRY_PHYSDEV(PHYSDEVOP_setup_gsi, physdev_setup_gsi, .gsi = -1);
    TRY_PHYSDEV(PHYSDEVOP_setup_gsi, physdev_setup_gsi, .gsi = 5000);
    TRY_PHYSDEV(PHYSDEVOP_pirq_eoi_gmfn_v2, physdev_pirq_eoi_gmfn,
                .gmfn = NO_MFN);
    TRY_PHYSDEV(PHYSDEVOP_pirq_eoi_gmfn_v1, physdev_pirq_eoi_gmfn,
                .gmfn = NO_MFN);
}

static void try_map_pirq(void)
{
#define MAP(...)                                                           \
    TRY_NAMED("physdev_op(map_pirq, " #__VA_ARGS__ ")", physdev_op,        \
              PHYSDEVOP_map_pirq, struct physdev_map_pirq, __VA_ARGS__)
#define UNMAP(...)                                                         \
    TRY_NAMED("physdev_op(unmap_pirq, " #__VA_ARGS__ ")", physdev_op,      \
              PHYSDEVOP_unmap_pirq, struct physdev_unmap_pirq, __VA_ARGS__)
    MAP(.domid = 7, .type = MAP_PIRQ_TYPE_GSI, .index = 5, .pirq = 5);
    MAP(.domid = DOMID_SELF, .type = 99, .index = 5, .pirq = 5);
    MAP(.domid = DOMID_SELF, .type = MAP_PIRQ_TYPE_GSI, .index = -1,
        .pirq = 5);
    MAP(.domid = DOMID_SELF, .type = MAP_PIRQ_TYPE_GSI, .index = 5000,
        .pirq = 5);
    MAP(.domid = DOMID_SELF, .type = MAP_PIRQ_TYPE_GSI, .index = 5,
        .pirq = 5000000);
    MAP(.domid = DOMID_SELF, .type = MAP_PIRQ_TYPE_GSI, .index = 5,
        .pirq = 5);
    MAP(.domid = DOMID_SELF, .type = MAP_PIRQ_TYPE_GSI, .index = 5,
        .pirq = 5);
    UNMAP(.domid = 7, .pirq = 5);
    UNMAP(.domid = DOMID_SELF, .pirq = 5);
    UNMAP(.domid = DOMID_SELF, .pirq = 5);
    UNMAP(.domid = DOMID_SELF, .pirq = -1);
    UNMAP(.domid = DOMID_SELF, .pirq = 5000);
}

static void try_ports(void)
{
    static uint8_t bitmap[8192];

#define BITMAP(...)                                                        \
    TRY_NAMED("physdev_op(set_iobitmap, " #__VA_ARGS__ ")", physdev_op,    \
              PHYSDEVOP_set_iobitmap, struct physdev_set_iobitmap,         \
              __VA_ARGS__)
    TRY_PHYSDEV(PHYSDEVOP_set_iopl, physdev_set_iopl, .iopl = 4);
    TRY_PHYSDEV(PHYSDEVOP_set_iopl, physdev_set_iopl, .iopl = 0xffffffff);
    TRY_PHYSDEV(PHYSDEVOP_set_iopl, physdev_set_iopl, .iopl = 1);
    BITMAP(.bitmap = { bitmap }, .nr_ports = 65537);
    BITMAP(.bitmap = { bitmap }, .nr_ports = 0xffffffff);
    BITMAP(.bitmap = { bitmap }, .nr_ports = 65536);
    BITMAP(.bitmap = { (uint8_t *)UNMAPPED_VIRTUAL }, .nr_ports = 65536);
    BITMAP(.bitmap = { (uint8_t *)NONCANONICAL }, .nr_ports = 8);
    BITMAP(.bitmap = { (uint8_t *)XENS }, .nr_ports = 8);
    BITMAP(.bitmap = { 0 }, .nr_ports = 0);
}

/* Which pirq a GSI has, and how often its pin is set up. */
static void try_gsis(void)
{
#define GSI(...) \
    MAP(.domid = DOMID_SELF, .type = MAP_PIRQ_TYPE_GSI, __VA_ARGS__)
#define SETUP(...) TRY_PHYSDEV(PHYSDEVOP_setup_gsi, physdev_setup_gsi, \
                               __VA_ARGS__)
    GSI(.index = 20, .pirq = -1);
    GSI(.index = 20, .pirq = -1);
    GSI(.index = 20, .pirq = 22);
    GSI(.index = 21, .pirq = 23);
    GSI(.index = 22, .pirq = 23);
    GSI(.index = 21, .pirq = 21);
    TRY_PHYSDEV(PHYSDEVOP_eoi, physdev_eoi, .irq = 23);
    TRY_PHYSDEV(PHYSDEVOP_irq_status_query, physdev_irq_status_query,
                .irq = 23);
    SETUP(.gsi = 21, .triggering = 1, .polarity = 1);
    SETUP(.gsi = 21, .triggering = 1, .polarity = 1);
    UNMAP(.domid = DOMID_SELF, .pirq = 23);
    UNMAP(.domid = DOMID_SELF, .pirq = 21);
    TRY_PHYSDEV(PHYSDEVOP_get_free_pirq, physdev_get_free_pirq,
                .type = MAP_PIRQ_TYPE_GSI);
    TRY_PHYSDEV(PHYSDEVOP_IRQ_UNMASK_NOTIFY, physdev_eoi, .irq = 0);
}

/* A device that isn't, then the host bridge, which has no MSI. */
static void try_msi(void)
{
#define MSI(kind, ...) \
    MAP(.domid = DOMID_SELF, .type = kind, .index = -1, .pirq = -1, \
        __VA_ARGS__)
    MSI(MAP_PIRQ_TYPE_MSI, .bus = 0xff, .devfn = 0xff);
    MSI(MAP_PIRQ_TYPE_MSI, .bus = 0xff, .devfn = 0xff, .entry_nr = 99);
    MSI(MAP_PIRQ_TYPE_MSI, .bus = 0xff, .devfn = 0xff, .table_base = 4096);
    MSI(MAP_PIRQ_TYPE_MSI_SEG, .bus = 0xffff00ff, .devfn = 0xff);
    MSI(MAP_PIRQ_TYPE_MULTI_MSI, .bus = 0xff, .devfn = 0xff);
    MSI(MAP_PIRQ_TYPE_MULTI_MSI, .bus = 0xff, .devfn = 0xff,
        .entry_nr = 99);
    MSI(MAP_PIRQ_TYPE_MULTI_MSI, .bus = 0xff, .devfn = 0xff,
        .entry_nr = 1);
    MSI(MAP_PIRQ_TYPE_MULTI_MSI, .bus = 0xff, .devfn = 0xff, .entry_nr = 2);
    MSI(MAP_PIRQ_TYPE_MULTI_MSI, .bus = 0xff, .devfn = 0xff,
        .table_base = 4096);
    MSI(MAP_PIRQ_TYPE_MSI, .bus = 0, .devfn = 0);
    MSI(MAP_PIRQ_TYPE_MSI, .bus = 0, .devfn = 0, .table_base = 4096);
}

static void try_mmcfg(void)
{
#define MMCFG(...)                                                         \
    TRY_NAMED("physdev_op(pci_mmcfg_reserved, " #__VA_ARGS__ ")",          \
              physdev_op, PHYSDEVOP_pci_mmcfg_reserved,                    \
              struct physdev_pci_mmcfg_reserved, __VA_ARGS__)
    MMCFG(.address = ~0ul, .end_bus = 0xff);
    MMCFG(.address = 4096, .end_bus = 0xff);
    MMCFG(.address = 0, .start_bus = 0xff, .end_bus = 0);
    MMCFG(.address = 4096, .end_bus = 0xff, .flags = 1);
    MMCFG(.address = 4096, .end_bus = 0xff, .flags = 2);
    MMCFG(.address = 0x80000000, .segment = 0xffff, .end_bus = 0xff);
}

/* The host bridge, which has neither MSI nor MSI-X. */
static void try_host_bridge(void)
{
    TRY_PHYSDEV(PHYSDEVOP_restore_msi_ext, physdev_pci_device, .devfn = 0);
    TRY_PHYSDEV(PHYSDEVOP_manage_pci_add_ext, physdev_manage_pci_ext,
                .is_extfn = 2);
    TRY_PHYSDEV(PHYSDEVOP_manage_pci_add_ext, physdev_manage_pci_ext,
                .is_virtfn = 2);
    TRY_PHYSDEV(PHYSDEVOP_pci_device_add, physdev_pci_device_add,
                .devfn = 0);
    TRY_PHYSDEV(PHYSDEVOP_manage_pci_add, physdev_manage_pci, .devfn = 0);
    TRY_PHYSDEV(PHYSDEVOP_restore_msi_ext, physdev_pci_device, .devfn = 0);
    MSI(MAP_PIRQ_TYPE_MSI, .bus = 0, .devfn = 0, .entry_nr = 1);
    MSI(MAP_PIRQ_TYPE_MSI_SEG, .bus = 0, .devfn = 0, .table_base = 8192);
    TRY_PHYSDEV(PHYSDEVOP_pci_device_remove, physdev_pci_device,
                .devfn = 0);
    TRY_PHYSDEV(PHYSDEVOP_pci_device_remove, physdev_pci_device,
                .devfn = 0);
}

static void try_devices(void)
{
    TRY_PHYSDEV(PHYSDEVOP_manage_pci_remove, physdev_manage_pci,
                .bus = 0xff, .devfn = 0xff);
    TRY_PHYSDEV(PHYSDEVOP_pci_device_remove, physdev_pci_device,
                .seg = 0xffff, .bus = 0xff, .devfn = 0xff);
    TRY_PHYSDEV(PHYSDEVOP_restore_msi, physdev_restore_msi, .bus = 0xff,
                .devfn = 0xff);
    TRY_PHYSDEV(PHYSDEVOP_prepare_msix, physdev_pci_device, .seg = 0xffff,
                .bus = 0xff, .devfn = 0xff);
    TRY_PHYSDEV(PHYSDEVOP_get_free_pirq, physdev_get_free_pirq, .type = 99);
}

void try_physdev_op(void)
{
    TRY_COMMANDS(physdev_op, 2, "0", "1", "2", "3", "IRQ_UNMASK_NOTIFY",
                 "irq_status_query", "set_iopl", "set_iobitmap", "apic_read",
                 "apic_write", "alloc_irq_vector", "free_irq_vector", "eoi",
                 "map_pirq", "unmap_pirq", "manage_pci_add",
                 "manage_pci_remove", "pirq_eoi_gmfn_v1", "18",
                 "restore_msi", "manage_pci_add_ext", "setup_gsi", "22",
                 "get_free_pirq", "pci_mmcfg_reserved", "pci_device_add",
                 "pci_device_remove", "restore_msi_ext", "pirq_eoi_gmfn_v2",
                 "dbgp_op", "prepare_msix", "release_msix", "32");
    try_interrupts();
    try_map_pirq();
    try_gsis();
    try_msi();
    try_host_bridge();
    try_mmcfg();
    try_ports();
    try_devices();
}
