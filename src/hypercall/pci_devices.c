/* SPDX-License-Identifier: MIT */
#include <hypercall/pci_devices.h>

#include <xen/errno.h>

#include <hypercall/pirq.h>
#include <lib/console.h>

#define DEVICES_MAX 2048

static struct {
    struct pci_device device, physical;
} devices[DEVICES_MAX];
static unsigned nr_devices;

static unsigned find(struct pci_device device)
{
    unsigned i = 0;

    while (i < nr_devices && !pci_device_is(devices[i].device, device))
        i++;
    return i;
}

bool pci_device_known(struct pci_device device, struct pci_device *physical)
{
    unsigned i = find(device);

    if (i == nr_devices)
        return false;
    *physical = devices[i].physical;
    return true;
}

long pci_device_add(struct pci_device device, struct pci_device physical)
{
    unsigned i = find(device);

    if (i == DEVICES_MAX)
        return -XEN_ENOMEM;
    if (i == nr_devices)
        nr_devices++;
    devices[i].device = device;
    devices[i].physical = physical;
    return 0;
}

long pci_device_remove(struct pci_device device)
{
    unsigned i = find(device), removed;

    if (i == nr_devices)
        return -XEN_ENODEV;
    devices[i] = devices[--nr_devices];
    removed = pirq_remove_device(device);
    if (removed)
        printk("PCI " PCI_FORMAT " was removed with %u interrupts mapped\n",
               PCI_FORMAT_ARGUMENTS(device), removed);
    return 0;
}

long pci_device_restore_msi(struct pci_device device)
{
    if (find(device) == nr_devices)
        return -XEN_ENODEV;
    pirq_restore(device);
    return 0;
}
