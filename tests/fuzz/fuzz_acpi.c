/* SPDX-License-Identifier: MIT */
/* sources: src/machine/acpi_rsdp.c src/machine/acpi_tables.c */
/* sources: src/machine/acpi_madt.c src/machine/acpi_fadt.c */
/* sources: src/machine/acpi_s5.c src/machine/acpi_mcfg.c */
/*
 * The input is memory from 0xe0000 on, which an RSDP and all tables lie in.
 * The seeds are QEMU's tables, moved there.
 *
 * What a mutation breaks first are the checksums, behind which nothing else
 * would be reached; so each mutation is followed by putting them right.
 */
#include <stdlib.h>
#include <string.h>

#include <machine/acpi.h>
#include "../../src/machine/acpi_layout.h"

#define BASE 0xe0000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
                               unsigned seed);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

/* What a reader of the result relies on. */
static void check(const struct acpi_tables *tables)
{
    require(tables->nr_cpus <= ACPI_CPUS_MAX);
    require(tables->nr_io_apics <= ACPI_IO_APICS_MAX);
    require(tables->nr_overrides <= ACPI_OVERRIDES_MAX);
    require(tables->nr_ecams <= ACPI_ECAMS_MAX);
    for (unsigned i = 0; i < tables->nr_ecams; i++)
        require(tables->ecams[i].first_bus <= tables->ecams[i].last_bus);
    for (unsigned i = 0; i < tables->nr_overrides; i++)
        require(tables->overrides[i].isa_irq < 16);
    require(tables->s5_type_a < 8 && tables->s5_type_b < 8);
    require(tables->nr_bad_tables != 0 || tables->first_bad[0] == '\0');
    require(memchr(tables->first_bad, '\0', sizeof(tables->first_bad)));
    require(!tables->reset.present || tables->reset.memory ||
            tables->reset.address < 0x10000);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct acpi_tables tables;
    struct physical_window window = { data, BASE, size };
    uint64_t rsdp = acpi_find_rsdp(&window);

    if (acpi_read_tables(&window, rsdp != 0 ? rsdp : BASE, &tables))
        check(&tables);
    return 0;
}

static void make_sum_zero(uint8_t *bytes, size_t length, uint8_t *checksum)
{
    uint8_t sum = 0;

    *checksum = 0;
    for (size_t i = 0; i < length; i++)
        sum = (uint8_t)(sum + bytes[i]);
    *checksum = (uint8_t)-sum;
}

static struct description_header *repair(uint8_t *data, size_t size,
                                         uint64_t address)
{
    struct physical_window window = { data, BASE, size };
    struct description_header *header =
        (void *)(uintptr_t)physical_at(&window, address, sizeof(*header));

    if (header == NULL ||
        physical_at(&window, address, header->length) == NULL ||
        header->length < sizeof(*header))
        return NULL;
    make_sum_zero((uint8_t *)header, header->length, &header->checksum);
    return header;
}

static void repair_entries(uint8_t *data, size_t size, uint64_t root,
                           size_t entry_size)
{
    struct description_header *header = repair(data, size, root);

    if (header == NULL)
        return;
    for (size_t at = sizeof(*header); at + entry_size <= header->length;
         at += entry_size) {
        struct description_header *table;
        uint64_t address = 0;

        memcpy(&address, (uint8_t *)header + at, entry_size);
        table = repair(data, size, address);
        if (table != NULL && memcmp(table->signature, "FACP", 4) == 0 &&
            table->length >= FADT_1_SIZE)
            repair(data, size, ((struct fadt *)table)->dsdt);
    }
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
                               unsigned seed)
{
    struct rsdp *rsdp = (void *)data;

    (void)seed;
    size = LLVMFuzzerMutate(data, size, max_size);
    if (size < sizeof(*rsdp))
        return size;

    repair_entries(data, size, rsdp->rsdt_address, 4);
    repair_entries(data, size, rsdp->xsdt_address, 8);
    make_sum_zero(data, RSDP_1_SIZE, &rsdp->checksum);
    make_sum_zero(data, sizeof(*rsdp), &rsdp->extended_checksum);
    return size;
}
