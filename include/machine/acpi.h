/* SPDX-License-Identifier: MIT */
/*
 * What microxen needs of ACPI's static tables.  The kernel runs the AML.
 *
 * Everything is read through a window and believed only as far as its own
 * lengths and checksums go; a machine without ACPI gives an empty result.
 */
#ifndef MACHINE_ACPI_H
#define MACHINE_ACPI_H

#include <stdbool.h>
#include <stdint.h>
#include <lib/physical.h>

#define ACPI_CPUS_MAX      512
#define ACPI_IO_APICS_MAX  64
#define ACPI_OVERRIDES_MAX 48
#define ACPI_ECAMS_MAX     16

struct acpi_cpu {
    uint32_t apic_id;
    uint32_t acpi_id;           /* its UID in the namespace */
};

struct acpi_io_apic {
    uint32_t id;
    uint32_t gsi_base;
    uint64_t address;           /* physical, of its registers */
};

/*
 * What firmware tells of an ISA interrupt; one without an entry is edge,
 * active high, on the GSI of its number.  The SCI always has an entry.
 */
struct acpi_override {
    uint8_t isa_irq;
    uint32_t gsi;
    bool level;
    bool active_low;
};

/* Memory-mapped PCI configuration space (PCI firmware 3.2, 4.1.2). */
struct acpi_ecam {
    uint64_t address;           /* of bus 0, whatever first_bus is */
    uint16_t segment;
    uint8_t first_bus, last_bus;
};

struct acpi_register {          /* ACPI 6.4, 5.2.3.2, Generic Address */
    bool present;
    bool memory;                /* system memory, else system I/O */
    uint8_t bits;
    uint64_t address;
};

struct acpi_tables {
    unsigned nr_cpus;
    struct acpi_cpu cpus[ACPI_CPUS_MAX];        /* enabled ones, MADT order */
    uint64_t local_apic;        /* physical address; 0: not told */
    unsigned nr_io_apics;
    struct acpi_io_apic io_apics[ACPI_IO_APICS_MAX];
    unsigned nr_overrides;
    struct acpi_override overrides[ACPI_OVERRIDES_MAX];
    unsigned nr_ecams;
    struct acpi_ecam ecams[ACPI_ECAMS_MAX];
    bool has_8259;              /* MADT PCAT_COMPAT */

    struct acpi_register pm_timer;
    bool pm_timer_32bit;
    struct acpi_register pm1a_event, pm1b_event;
    struct acpi_register pm1a_control, pm1b_control;
    struct acpi_register reset;
    uint8_t reset_value;
    uint32_t sci_gsi;           /* 0: there is no SCI */
    bool has_s5;                /* \_S5 was found in the DSDT or an SSDT */
    uint8_t s5_type_a, s5_type_b;

    bool truncated;             /* more of something than there is room for */
    unsigned nr_bad_tables;     /* outside memory, wrong length or checksum */
    char first_bad[5];          /* its signature, if any could be read */
};

/*
 * Search the RSDP where the BIOS leaves it: the first KiB of the EBDA, then
 * 0xE0000-0xFFFFF (ACPI 6.4, 5.2.5.1).  Returns its address or 0.
 */
uint64_t acpi_find_rsdp(const struct physical_window *memory);

/*
 * Read RSDT or XSDT, MADT, FADT, MCFG and the \_S5 package from the RSDP at
 * this address.  False (and an empty result) when there is no valid RSDP
 * there.
 */
bool acpi_read_tables(const struct physical_window *memory, uint64_t rsdp,
                      struct acpi_tables *tables);

#endif
