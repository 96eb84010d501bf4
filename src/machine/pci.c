/* SPDX-License-Identifier: MIT */
#include <machine/pci.h>

#include <machine/acpi.h>
#include <machine/io.h>
#include <machine/paging.h>
#include <machine/smp.h>

#define CONFIG_ADDRESS 0xcf8
#define CONFIG_DATA    0xcfc
#define CONFIG_ENABLE  0x80000000u
#define ABSENT         0xffffffffu

#define ECAM_RANGES_MAX ACPI_ECAMS_MAX
#define ECAM_DEVFN_SHIFT 12

#define CAPABILITIES_MAX 48             /* as many as fit: more is a loop */

struct ecam {
    uint64_t address;                   /* of bus 0 */
    uint16_t segment;
    uint8_t first_bus, last_bus;
    bool use;
};

static struct ecam ecams[ECAM_RANGES_MAX];
static unsigned nr_ecams;

/* One page of registers, mapped where the last one was. */
static volatile uint8_t *window;
static uint64_t window_machine;

void pci_add_ecam(uint64_t address, uint16_t segment, uint8_t first_bus,
                  uint8_t last_bus, bool use)
{
    if (nr_ecams < ECAM_RANGES_MAX)
        ecams[nr_ecams++] = (struct ecam){ address, segment, first_bus,
                                           last_bus, use };
}

enum pci_ecam_answer pci_use_ecam(uint64_t address, uint16_t segment,
                                  uint8_t first_bus, uint8_t last_bus,
                                  bool use)
{
    for (unsigned i = 0; i < nr_ecams; i++) {
        struct ecam *ecam = &ecams[i];

        if (ecam->segment != segment || ecam->first_bus != first_bus
            || ecam->last_bus != last_bus)
            continue;
        if (ecam->address != address)
            return PCI_ECAM_MOVED;
        ecam->use = use;
        return PCI_ECAM_OK;
    }
    return PCI_ECAM_UNKNOWN;
}

static volatile uint8_t *ecam_registers(struct pci_device device)
{
    for (unsigned i = 0; i < nr_ecams; i++) {
        const struct ecam *ecam = &ecams[i];

        if (!ecam->use || ecam->segment != device.segment
            || device.bus < ecam->first_bus || device.bus > ecam->last_bus)
            continue;

        uint64_t machine = ecam->address
                           + device.bus * PCI_ECAM_BUS
                           + ((uint64_t)device.devfn << ECAM_DEVFN_SHIFT);

        if (!window)
            window = paging_map_device(machine, PAGE_SIZE);
        else if (machine != window_machine)
            paging_remap_device(window, machine);
        window_machine = machine;
        return window;
    }
    return 0;
}

/*
 * The ports are the kernel's: it may have been interrupted between address
 * and data, so what it wrote is put back; and another CPU of its may be
 * there just now, so the others stand still.
 */
static uint32_t select_register(struct pci_device device, unsigned reg)
{
    smp_freeze_others();

    uint32_t before = inl(CONFIG_ADDRESS);

    outl(CONFIG_ADDRESS, CONFIG_ENABLE | (uint32_t)device.bus << 16
                         | (uint32_t)device.devfn << 8 | (reg & 0xfc));
    return before;
}

static void leave_register(uint32_t before)
{
    outl(CONFIG_ADDRESS, before);
    smp_thaw_others();
}

static uint32_t port_read(struct pci_device device, unsigned reg,
                          unsigned size)
{
    if (device.segment || reg > 0xff)
        return ABSENT;

    uint32_t before = select_register(device, reg);
    uint16_t port = (uint16_t)(CONFIG_DATA + (reg & 3));
    uint32_t value = size == 1 ? inb(port) : size == 2 ? inw(port)
                                                       : inl(port);

    leave_register(before);
    return value;
}

static void port_write(struct pci_device device, unsigned reg, unsigned size,
                       uint32_t value)
{
    if (device.segment || reg > 0xff)
        return;

    uint32_t before = select_register(device, reg);
    uint16_t port = (uint16_t)(CONFIG_DATA + (reg & 3));

    if (size == 1)
        outb(port, (uint8_t)value);
    else if (size == 2)
        outw(port, (uint16_t)value);
    else
        outl(port, value);
    leave_register(before);
}

uint32_t pci_read(struct pci_device device, unsigned reg, unsigned size)
{
    volatile uint8_t *registers = ecam_registers(device);

    if (!registers)
        return port_read(device, reg, size);
    if (size == 1)
        return registers[reg];
    if (size == 2)
        return *(volatile uint16_t *)(registers + reg);
    return *(volatile uint32_t *)(registers + reg);
}

void pci_write(struct pci_device device, unsigned reg, unsigned size,
               uint32_t value)
{
    volatile uint8_t *registers = ecam_registers(device);

    if (!registers)
        port_write(device, reg, size, value);
    else if (size == 1)
        registers[reg] = (uint8_t)value;
    else if (size == 2)
        *(volatile uint16_t *)(registers + reg) = (uint16_t)value;
    else
        *(volatile uint32_t *)(registers + reg) = value;
}

void pci_begin(struct pci_device device)
{
    if (!ecam_registers(device))
        smp_freeze_others();
}

void pci_end(struct pci_device device)
{
    if (!ecam_registers(device))
        smp_thaw_others();
}

unsigned pci_find_capability(struct pci_device device, uint8_t id)
{
    uint32_t status = pci_read(device, PCI_STATUS, 2);
    unsigned at;

    /* Not the IDs: those of virtual functions are all ones. */
    if (status == PCI_ABSENT_16 || !(status & PCI_STATUS_CAPABILITIES))
        return 0;
    at = pci_read(device, PCI_CAPABILITIES, 1) & 0xfc;
    for (unsigned i = 0; at >= 0x40 && i < CAPABILITIES_MAX; i++) {
        uint32_t head = pci_read(device, at, 2);

        if ((head & 0xff) == id)
            return at;
        at = head >> 8 & 0xfc;
    }
    return 0;
}
