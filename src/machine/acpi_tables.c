/* SPDX-License-Identifier: MIT */
/* From the RSDP through the RSDT or XSDT to the tables that we read. */
#include <lib/string.h>
#include "acpi_layout.h"

/* No firmware is near these; they bound the work that garbage can cause. */
#define TABLE_SIZE_MAX  (16u << 20)
#define ENTRIES_MAX     1024

struct root {                   /* RSDT or XSDT */
    const uint8_t *entries;
    unsigned entry_size;
    unsigned nr_entries;
};

void acpi_count_bad(struct acpi_tables *tables, const char *signature)
{
    if (tables->nr_bad_tables++ != 0 || signature == NULL)
        return;

    /* It is going to be printed, and may be anything. */
    for (unsigned i = 0; i < 4; i++) {
        bool printable = signature[i] > ' ' && signature[i] < 0x7f;

        tables->first_bad[i] = printable ? signature[i] : '?';
    }
    tables->first_bad[4] = '\0';
}

static bool has_signature(const struct physical_window *memory,
                          uint64_t address, const char *signature)
{
    const char *there = physical_at(memory, address, 4);

    return there != NULL && memcmp(there, signature, 4) == 0;
}

const struct description_header *
acpi_table_at(const struct physical_window *memory, uint64_t address,
              const char *signature, struct acpi_tables *tables)
{
    const struct description_header *header =
        physical_at(memory, address, sizeof(*header));

    if (header == NULL) {
        acpi_count_bad(tables, signature);
        return NULL;
    }
    if (!has_signature(memory, address, signature) ||
        header->length < sizeof(*header) ||
        header->length > TABLE_SIZE_MAX ||
        physical_at(memory, address, header->length) == NULL ||
        !acpi_sum_is_zero(header, header->length)) {
        acpi_count_bad(tables, header->signature);
        return NULL;
    }
    return header;
}

static bool read_root(const struct physical_window *memory, uint64_t address,
                      const char *signature, unsigned entry_size,
                      struct acpi_tables *tables, struct root *root)
{
    const struct description_header *header =
        acpi_table_at(memory, address, signature, tables);

    if (header == NULL)
        return false;

    root->entries = (const uint8_t *)(header + 1);
    root->entry_size = entry_size;
    root->nr_entries =
        (unsigned)((header->length - sizeof(*header)) / entry_size);
    if (root->nr_entries > ENTRIES_MAX)
        root->nr_entries = ENTRIES_MAX;
    return true;
}

/* The RSDT stands in for an XSDT that isn't there, or is damaged. */
static bool find_root(const struct physical_window *memory, uint64_t address,
                      struct acpi_tables *tables, struct root *root)
{
    const struct rsdp *rsdp = acpi_rsdp_at(memory, address);
    uint32_t rsdt = rsdp->rsdt_address;

    if (rsdp->revision >= 2 &&
        physical_at(memory, address, sizeof(*rsdp)) != NULL &&
        rsdp->length >= sizeof(*rsdp) &&
        physical_at(memory, address, rsdp->length) != NULL &&
        acpi_sum_is_zero(rsdp, rsdp->length) &&
        rsdp->xsdt_address != 0 &&
        read_root(memory, rsdp->xsdt_address, "XSDT", 8, tables, root))
        return true;

    return rsdt != 0 && read_root(memory, rsdt, "RSDT", 4, tables, root);
}

static uint64_t root_entry(const struct root *root, unsigned i)
{
    uint64_t address = 0;

    memcpy(&address, root->entries + (size_t)i * root->entry_size,
           root->entry_size);
    return address;
}

/* The first valid table with this signature; there should be but one. */
static const struct description_header *
find_table(const struct physical_window *memory, const struct root *root,
           const char *signature, struct acpi_tables *tables)
{
    for (unsigned i = 0; i < root->nr_entries; i++) {
        const struct description_header *table;
        uint64_t address = root_entry(root, i);

        if (!has_signature(memory, address, signature))
            continue;
        table = acpi_table_at(memory, address, signature, tables);
        if (table != NULL)
            return table;
    }
    return NULL;
}

static void find_s5(const struct physical_window *memory,
                    const struct root *root, uint64_t dsdt,
                    struct acpi_tables *tables)
{
    const struct description_header *table = NULL;

    if (dsdt != 0)
        table = acpi_table_at(memory, dsdt, "DSDT", tables);
    if (table != NULL)
        acpi_find_s5(table, tables);

    for (unsigned i = 0; i < root->nr_entries && !tables->has_s5; i++) {
        uint64_t address = root_entry(root, i);

        if (!has_signature(memory, address, "SSDT"))
            continue;
        table = acpi_table_at(memory, address, "SSDT", tables);
        if (table != NULL)
            acpi_find_s5(table, tables);
    }
}

static uint64_t dsdt_address(const struct fadt *fadt)
{
    size_t x_end = offsetof(struct fadt, x_dsdt) + sizeof(fadt->x_dsdt);

    if (fadt->header.length >= x_end && fadt->x_dsdt != 0)
        return fadt->x_dsdt;
    return fadt->dsdt;
}

static void count_unreachable(const struct physical_window *memory,
                              const struct root *root,
                              struct acpi_tables *tables)
{
    size_t size = sizeof(struct description_header);

    for (unsigned i = 0; i < root->nr_entries; i++)
        if (physical_at(memory, root_entry(root, i), size) == NULL)
            acpi_count_bad(tables, NULL);
}

bool acpi_read_tables(const struct physical_window *memory, uint64_t rsdp,
                      struct acpi_tables *tables)
{
    const struct description_header *fadt, *madt;
    uint64_t dsdt = 0;
    struct root root;

    memset(tables, 0, sizeof(*tables));
    if (acpi_rsdp_at(memory, rsdp) == NULL)
        return false;
    if (!find_root(memory, rsdp, tables, &root))
        return true;
    count_unreachable(memory, &root, tables);

    fadt = find_table(memory, &root, "FACP", tables);
    if (fadt != NULL && fadt->length < FADT_1_SIZE) {
        acpi_count_bad(tables, "FACP");
    } else if (fadt != NULL) {
        acpi_read_fadt((const struct fadt *)fadt, tables);
        dsdt = dsdt_address((const struct fadt *)fadt);
    }

    madt = find_table(memory, &root, "APIC", tables);
    if (madt != NULL && madt->length < sizeof(struct madt))
        acpi_count_bad(tables, "APIC");
    else if (madt != NULL)
        acpi_read_madt((const struct madt *)madt, tables);

    find_s5(memory, &root, dsdt, tables);
    return true;
}
