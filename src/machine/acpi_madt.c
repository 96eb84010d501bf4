/* SPDX-License-Identifier: MIT */
/* Multiple APIC Description Table: CPUs, IO-APICs, ISA interrupts. */
#include "acpi_layout.h"

#define BUS_ISA   0
#define ISA_IRQS  16

static void add_cpu(struct acpi_tables *tables, struct acpi_cpu cpu,
                    uint32_t flags)
{
    if ((flags & MADT_CPU_ENABLED) == 0)
        return;

    /* A CPU may have an entry of either kind; it counts once. */
    for (unsigned i = 0; i < tables->nr_cpus; i++)
        if (tables->cpus[i].apic_id == cpu.apic_id)
            return;

    if (tables->nr_cpus == ACPI_CPUS_MAX)
        tables->truncated = true;
    else
        tables->cpus[tables->nr_cpus++] = cpu;
}

static void read_local_apic(const void *entry, struct acpi_tables *tables)
{
    const struct madt_local_apic *cpu = entry;

    if (cpu->apic_id != MADT_APIC_ID_NONE)
        add_cpu(tables, (struct acpi_cpu){ cpu->apic_id, cpu->processor_uid },
                cpu->flags);
}

static void read_local_x2apic(const void *entry, struct acpi_tables *tables)
{
    const struct madt_local_x2apic *cpu = entry;

    if (cpu->apic_id != UINT32_MAX)
        add_cpu(tables, (struct acpi_cpu){ cpu->apic_id, cpu->processor_uid },
                cpu->flags);
}

static void read_io_apic(const void *entry, struct acpi_tables *tables)
{
    const struct madt_io_apic *io_apic = entry;

    if (io_apic->address == 0)
        return;
    if (tables->nr_io_apics == ACPI_IO_APICS_MAX) {
        tables->truncated = true;
        return;
    }
    tables->io_apics[tables->nr_io_apics++] = (struct acpi_io_apic){
        .id = io_apic->id,
        .gsi_base = io_apic->gsi_base,
        .address = io_apic->address,
    };
}

static void add_override(struct acpi_tables *tables,
                         struct acpi_override override)
{
    if (tables->nr_overrides == ACPI_OVERRIDES_MAX)
        tables->truncated = true;
    else
        tables->overrides[tables->nr_overrides++] = override;
}

/*
 * "Conforms to the bus" is edge and active high for ISA, but level and
 * active low for the SCI (5.2.9, SCI_INT).
 */
static void read_override(const void *entry, struct acpi_tables *tables)
{
    const struct madt_override *override = entry;
    unsigned polarity = override->flags & MADT_POLARITY;
    unsigned trigger = override->flags & MADT_TRIGGER;
    bool is_sci = tables->sci_gsi != 0 && override->source == tables->sci_gsi;

    if (override->bus != BUS_ISA || override->source >= ISA_IRQS)
        return;

    add_override(tables, (struct acpi_override){
        .isa_irq = override->source,
        .gsi = override->gsi,
        .level = trigger == MADT_LEVEL ||
                 (trigger == MADT_CONFORMS && is_sci),
        .active_low = polarity == MADT_ACTIVE_LOW ||
                      (polarity == MADT_CONFORMS && is_sci),
    });
}

static void read_address(const void *entry, struct acpi_tables *tables)
{
    const struct madt_local_apic_address *address = entry;

    tables->local_apic = address->address;
}

static const struct {
    uint8_t type;
    uint8_t size;
    void (*read)(const void *entry, struct acpi_tables *tables);
} entry_types[] = {
    { 0, sizeof(struct madt_local_apic), read_local_apic },
    { 1, sizeof(struct madt_io_apic), read_io_apic },
    { 2, sizeof(struct madt_override), read_override },
    { 5, sizeof(struct madt_local_apic_address), read_address },
    { 9, sizeof(struct madt_local_x2apic), read_local_x2apic },
};

/* False: an entry that is too short for its type. */
static bool read_entry(const struct madt_entry *entry,
                       struct acpi_tables *tables)
{
    for (size_t i = 0; i < sizeof(entry_types) / sizeof(entry_types[0]); i++) {
        if (entry->type != entry_types[i].type)
            continue;
        if (entry->length < entry_types[i].size)
            return false;
        entry_types[i].read(entry, tables);
        return true;
    }
    return true;
}

/* Only now the overrides are known: the SCI's number becomes its GSI. */
static void place_sci(struct acpi_tables *tables)
{
    uint32_t irq = tables->sci_gsi;

    if (irq == 0 || irq >= ISA_IRQS)
        return;

    for (unsigned i = 0; i < tables->nr_overrides; i++) {
        if (tables->overrides[i].isa_irq == irq) {
            tables->sci_gsi = tables->overrides[i].gsi;
            return;
        }
    }
    add_override(tables, (struct acpi_override){
        .isa_irq = (uint8_t)irq, .gsi = irq,
        .level = true, .active_low = true,
    });
}

void acpi_read_madt(const struct madt *madt, struct acpi_tables *tables)
{
    const uint8_t *at = (const uint8_t *)(madt + 1);
    const uint8_t *end = (const uint8_t *)madt + madt->header.length;
    bool bad = false;

    tables->local_apic = madt->local_apic;
    tables->has_8259 = (madt->flags & MADT_PCAT_COMPAT) != 0;

    while ((size_t)(end - at) >= sizeof(struct madt_entry)) {
        const struct madt_entry *entry = (const struct madt_entry *)at;

        /* Nothing behind an entry without a sane length can be found. */
        if (entry->length < sizeof(*entry) || entry->length > end - at) {
            bad = true;
            break;
        }
        if (!read_entry(entry, tables))
            bad = true;
        at += entry->length;
    }
    if (bad)
        acpi_count_bad(tables, "APIC");
    place_sci(tables);
}
