/* SPDX-License-Identifier: MIT */
#include <machine/ioapic.h>

#include <lib/console.h>
#include <machine/io.h>
#include <machine/paging.h>

/* Intel 82093AA: an index and a data register. */
#define IOAPIC_INDEX   0x00
#define IOAPIC_DATA    0x10
#define IOAPIC_VERSION 1
#define IOAPIC_ENTRY(pin) (0x10 + 2 * (pin))

#define ENTRY_ACTIVE_LOW 0x02000
#define ENTRY_LEVEL      0x08000
#define ENTRY_MASKED     0x10000

struct ioapic {
    uint64_t address;
    volatile uint8_t *registers;
    unsigned gsi_base;
    unsigned pins;
};

static struct ioapic ioapics[ACPI_IO_APICS_MAX];
static unsigned nr_ioapics;
static struct acpi_override isa[16];

static uint32_t reg_read(const struct ioapic *ioapic, unsigned reg)
{
    *(volatile uint32_t *)(ioapic->registers + IOAPIC_INDEX) = reg;
    return *(volatile uint32_t *)(ioapic->registers + IOAPIC_DATA);
}

static void reg_write(const struct ioapic *ioapic, unsigned reg,
                      uint32_t value)
{
    *(volatile uint32_t *)(ioapic->registers + IOAPIC_INDEX) = reg;
    *(volatile uint32_t *)(ioapic->registers + IOAPIC_DATA) = value;
}

/* Both 8259s: initialised away from the exceptions, all lines masked. */
static void mask_8259(void)
{
    static const struct { uint8_t port, value; } steps[] = {
        { 0x20, 0x11 }, { 0xa0, 0x11 },         /* ICW1: ICW4 follows */
        { 0x21, 0x20 }, { 0xa1, 0x28 },         /* ICW2: vectors */
        { 0x21, 0x04 }, { 0xa1, 0x02 },         /* ICW3: cascade on 2 */
        { 0x21, 0x01 }, { 0xa1, 0x01 },         /* ICW4: 8086 mode */
        { 0x21, 0xff }, { 0xa1, 0xff },         /* OCW1: mask */
    };

    for (unsigned i = 0; i < sizeof steps / sizeof *steps; i++)
        outb(steps[i].port, steps[i].value);
}

static void add_ioapic(const struct acpi_io_apic *acpi)
{
    struct ioapic *ioapic = &ioapics[nr_ioapics];

    ioapic->address = acpi->address;
    ioapic->gsi_base = acpi->gsi_base;
    ioapic->registers = paging_map_device(acpi->address, 0x20);

    uint32_t version = reg_read(ioapic, IOAPIC_VERSION);

    if (version == 0xffffffff) {
        printk("IO-APIC at %#lx doesn't answer: left out\n", acpi->address);
        return;
    }
    ioapic->pins = (version >> 16 & 0xff) + 1;
    for (unsigned pin = 0; pin < ioapic->pins; pin++) {
        reg_write(ioapic, IOAPIC_ENTRY(pin), ENTRY_MASKED);
        reg_write(ioapic, IOAPIC_ENTRY(pin) + 1, 0);
    }
    nr_ioapics++;
    printk("IO-APIC: id %u at %#lx, GSIs %u-%u\n", acpi->id, acpi->address,
           ioapic->gsi_base, ioapic->gsi_base + ioapic->pins - 1);
}

void ioapic_init(const struct acpi_tables *acpi)
{
    mask_8259();
    for (unsigned irq = 0; irq < 16; irq++)
        isa[irq] = (struct acpi_override){ .isa_irq = (uint8_t)irq,
                                           .gsi = irq };
    for (unsigned i = 0; i < acpi->nr_overrides; i++)
        if (acpi->overrides[i].isa_irq < 16)
            isa[acpi->overrides[i].isa_irq] = acpi->overrides[i];
    for (unsigned i = 0; i < acpi->nr_io_apics; i++)
        add_ioapic(&acpi->io_apics[i]);
}

static const struct ioapic *gsi_ioapic(unsigned gsi)
{
    for (unsigned i = 0; i < nr_ioapics; i++)
        if (gsi - ioapics[i].gsi_base < ioapics[i].pins)
            return &ioapics[i];
    return 0;
}

unsigned ioapic_nr_gsis(void)
{
    unsigned end = 0;

    for (unsigned i = 0; i < nr_ioapics; i++)
        if (ioapics[i].gsi_base + ioapics[i].pins > end)
            end = ioapics[i].gsi_base + ioapics[i].pins;
    return end;
}

bool ioapic_has_gsi(unsigned gsi)
{
    return gsi_ioapic(gsi);
}

struct acpi_override ioapic_isa(unsigned isa_irq)
{
    return isa[isa_irq & 15];
}

void ioapic_route(unsigned gsi, unsigned vector, uint32_t apic_id,
                  bool level, bool active_low)
{
    const struct ioapic *ioapic = gsi_ioapic(gsi);

    if (!ioapic)
        return;

    unsigned entry = IOAPIC_ENTRY(gsi - ioapic->gsi_base);

    reg_write(ioapic, entry, ENTRY_MASKED);
    reg_write(ioapic, entry + 1, apic_id << 24);
    reg_write(ioapic, entry, vector | ENTRY_MASKED
              | (level ? ENTRY_LEVEL : 0)
              | (active_low ? ENTRY_ACTIVE_LOW : 0));
}

void ioapic_mask(unsigned gsi, bool masked)
{
    const struct ioapic *ioapic = gsi_ioapic(gsi);

    if (!ioapic)
        return;

    unsigned entry = IOAPIC_ENTRY(gsi - ioapic->gsi_base);
    uint32_t low = reg_read(ioapic, entry);

    reg_write(ioapic, entry,
              masked ? low | ENTRY_MASKED : low & ~ENTRY_MASKED);
}

bool ioapic_read(uint64_t address, unsigned reg, uint32_t *value)
{
    for (unsigned i = 0; i < nr_ioapics; i++)
        if (ioapics[i].address == address) {
            *value = reg_read(&ioapics[i], reg);
            return true;
        }
    return false;
}
