/* SPDX-License-Identifier: MIT */
#include <machine/ioapic.h>

#include <lib/console.h>
#include <lib/spinlock.h>
#include <machine/io.h>
#include <machine/paging.h>

/* Intel 82093AA: an index and a data register; later ones take EOIs, too. */
#define IOAPIC_INDEX   0x00
#define IOAPIC_DATA    0x10
#define IOAPIC_EOI     0x40
#define IOAPIC_SIZE    0x44
#define IOAPIC_VERSION 1
#define IOAPIC_VERSION_WITH_EOI 0x20
#define IOAPIC_ENTRY(pin) (0x10 + 2 * (pin))

#define ENTRY_VECTOR     0x000ff
#define ENTRY_ACTIVE_LOW 0x02000
#define ENTRY_REMOTE_IRR 0x04000
#define ENTRY_LEVEL      0x08000
#define ENTRY_MASKED     0x10000

#define EOI_PATIENCE     1000

struct ioapic {
    uint64_t address;
    volatile uint8_t *registers;
    unsigned gsi_base;
    unsigned pins;
    bool takes_eoi;
};

static struct ioapic ioapics[ACPI_IO_APICS_MAX];
static unsigned nr_ioapics;

#define ISA_IRQS    16
#define ELCR        0x4d0               /* two bytes, a bit an interrupt */
#define ELCR_ABSENT 0xffff

static struct acpi_override isa[ISA_IRQS];
static struct spinlock lock;            /* index and data are two accesses */

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

static void mask_all(const struct ioapic *ioapic)
{
    for (unsigned pin = 0; pin < ioapic->pins; pin++) {
        reg_write(ioapic, IOAPIC_ENTRY(pin), ENTRY_MASKED);
        reg_write(ioapic, IOAPIC_ENTRY(pin) + 1, 0);
    }
}

/*
 * Where ACPI names one that isn't there, all bits may be 1, or 0, or it is
 * memory, which doesn't know one register from another.
 */
static bool answers(const struct ioapic *ioapic)
{
    if (reg_read(ioapic, IOAPIC_VERSION) == 0xffffffff)
        return false;
    reg_write(ioapic, IOAPIC_ENTRY(0), ENTRY_MASKED);
    reg_write(ioapic, IOAPIC_ENTRY(0) + 1, 0);
    return reg_read(ioapic, IOAPIC_ENTRY(0)) & ENTRY_MASKED;
}

static void add_ioapic(const struct acpi_io_apic *acpi)
{
    struct ioapic *ioapic = &ioapics[nr_ioapics];

    ioapic->address = acpi->address;
    ioapic->gsi_base = acpi->gsi_base;
    ioapic->registers = paging_map_device(acpi->address, IOAPIC_SIZE);
    if (!answers(ioapic)) {
        printk("IO-APIC at %#lx doesn't answer: left out\n", acpi->address);
        return;
    }

    uint32_t version = reg_read(ioapic, IOAPIC_VERSION);

    ioapic->pins = (version >> 16 & 0xff) + 1;
    ioapic->takes_eoi = (version & 0xff) >= IOAPIC_VERSION_WITH_EOI;
    mask_all(ioapic);
    if (acpi->gsi_base > IOAPIC_GSIS_MAX - ioapic->pins) {
        printk("IO-APIC at %#lx can't have GSIs from %u on: left out\n",
               acpi->address, acpi->gsi_base);
        return;
    }
    nr_ioapics++;
    printk("IO-APIC: id %u at %#lx, GSIs %u-%u\n", acpi->id, acpi->address,
           ioapic->gsi_base, ioapic->gsi_base + ioapic->pins - 1);
}

static void set_isa(const struct acpi_tables *acpi)
{
    for (unsigned irq = 0; irq < ISA_IRQS; irq++)
        isa[irq] = (struct acpi_override){ .isa_irq = (uint8_t)irq,
                                           .gsi = irq };
    for (unsigned i = 0; i < acpi->nr_overrides; i++)
        if (acpi->overrides[i].isa_irq < ISA_IRQS)
            isa[acpi->overrides[i].isa_irq] = acpi->overrides[i];
}

/*
 * The default of the MultiProcessor Specification 1.4, 5: one I/O APIC, the
 * timer on its pin 2, all other ISA interrupts on the pin of their number;
 * those that the chipset has for PCI are level, which the ELCR tells.
 */
static void add_default(void)
{
    static const struct acpi_io_apic standard = { 0, 0, 0xfec00000 };
    uint32_t level = inb(ELCR) | (uint32_t)inb(ELCR + 1) << 8;

    add_ioapic(&standard);
    isa[0].gsi = 2;
    for (unsigned irq = 1; irq < ISA_IRQS; irq++)
        isa[irq].level = level != ELCR_ABSENT && (level >> irq & 1);
}

void ioapic_init(const struct acpi_tables *acpi)
{
    mask_8259();
    set_isa(acpi);
    for (unsigned i = 0; i < acpi->nr_io_apics; i++)
        add_ioapic(&acpi->io_apics[i]);
    if (!nr_ioapics)
        add_default();
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
    return isa[isa_irq & (ISA_IRQS - 1)];
}

static bool waits_for_eoi(const struct ioapic *ioapic, unsigned entry)
{
    return reg_read(ioapic, entry) & ENTRY_REMOTE_IRR;
}

/* An entry of the 82093AA's that becomes an edge's doesn't wait any more. */
static void end(const struct ioapic *ioapic, unsigned entry)
{
    if (ioapic->takes_eoi)
        *(volatile uint32_t *)(ioapic->registers + IOAPIC_EOI) =
            reg_read(ioapic, entry) & ENTRY_VECTOR;
    else
        reg_write(ioapic, entry, ENTRY_MASKED);
}

/*
 * A level interrupt's EOI finds the entry by its vector: one that is under
 * way on another CPU should come before the vector changes, or the pin stays
 * dead.  It comes at once, since we acknowledge before the kernel, unless
 * that CPU takes no interrupts just now.  Then we stand in for it; once the
 * CPU serves what it was sent, the kernel looks at its device for nothing.
 */
static void mask_and_end(const struct ioapic *ioapic, unsigned entry)
{
    unsigned i = 0;

    reg_write(ioapic, entry, reg_read(ioapic, entry) | ENTRY_MASKED);
    while (waits_for_eoi(ioapic, entry) && i++ < EOI_PATIENCE)
        __builtin_ia32_pause();
    if (waits_for_eoi(ioapic, entry))
        end(ioapic, entry);
}

/*
 * What masks an edge loses it, so such a pin gets the vector first and then
 * the CPU; a level is still there when it is unmasked.
 */
void ioapic_route(unsigned gsi, unsigned vector, uint32_t apic_id,
                  bool level, bool active_low)
{
    const struct ioapic *ioapic = gsi_ioapic(gsi);

    if (!ioapic)
        return;

    unsigned entry = IOAPIC_ENTRY(gsi - ioapic->gsi_base);

    spin_lock(&lock);

    uint32_t masked = reg_read(ioapic, entry) & ENTRY_MASKED;

    if (level) {
        masked = ENTRY_MASKED;
        mask_and_end(ioapic, entry);
    }
    reg_write(ioapic, entry, vector | masked
              | (level ? ENTRY_LEVEL : 0)
              | (active_low ? ENTRY_ACTIVE_LOW : 0));
    reg_write(ioapic, entry + 1, apic_id << 24);
    spin_unlock(&lock);
}

void ioapic_mask(unsigned gsi, bool masked)
{
    const struct ioapic *ioapic = gsi_ioapic(gsi);

    if (!ioapic)
        return;

    unsigned entry = IOAPIC_ENTRY(gsi - ioapic->gsi_base);
    uint32_t low;

    spin_lock(&lock);
    low = reg_read(ioapic, entry);
    reg_write(ioapic, entry,
              masked ? low | ENTRY_MASKED : low & ~ENTRY_MASKED);
    spin_unlock(&lock);
}

bool ioapic_read(uint64_t address, unsigned reg, uint32_t *value)
{
    for (unsigned i = 0; i < nr_ioapics; i++)
        if (ioapics[i].address == address) {
            spin_lock(&lock);
            *value = reg_read(&ioapics[i], reg);
            spin_unlock(&lock);
            return true;
        }
    return false;
}
