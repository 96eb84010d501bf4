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

/* The same, unless it is too short for what every one has. */
static const void *find_long_table(const struct physical_window *memory,
                                   const struct root *root,
                                   const char *signature, size_t size,
                                   struct acpi_tables *tables)
{
    const struct description_header *table =
        find_table(memory, root, signature, tables);

    if (table == NULL || table->length >= size)
        return table;
    acpi_count_bad(tables, signature);
    return NULL;
}

bool acpi_read_tables(const struct physical_window *memory, uint64_t rsdp,
                      struct acpi_tables *tables)
{
    const struct fadt *fadt;
    const struct madt *madt;
    const struct mcfg *mcfg;
    struct root root;

    memset(tables, 0, sizeof(*tables));
    if (acpi_rsdp_at(memory, rsdp) == NULL)
        return false;
    if (!find_root(memory, rsdp, tables, &root))
        return true;
    count_unreachable(memory, &root, tables);

    fadt = find_long_table(memory, &root, "FACP", FADT_1_SIZE, tables);
    if (fadt != NULL)
        acpi_read_fadt(fadt, tables);
    madt = find_long_table(memory, &root, "APIC", sizeof(*madt), tables);
    if (madt != NULL)
        acpi_read_madt(madt, tables);
    mcfg = find_long_table(memory, &root, "MCFG", sizeof(*mcfg), tables);
    if (mcfg != NULL)
        acpi_read_mcfg(mcfg, tables);

    find_s5(memory, &root, fadt != NULL ? dsdt_address(fadt) : 0, tables);
    return true;
}
