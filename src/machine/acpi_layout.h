/* SPDX-License-Identifier: MIT */
/*
 * ACPI 6.4: the tables as firmware lays them out (section numbers beside
 * them), and what the readers of the single tables share.
 */
#ifndef MACHINE_ACPI_LAYOUT_H
#define MACHINE_ACPI_LAYOUT_H

#include <stddef.h>
#include <machine/acpi.h>

#define PACKED __attribute__((packed))

struct PACKED rsdp {                            /* 5.2.5.3 */
    char signature[8];
    uint8_t checksum;
    char oem_id[6];
    uint8_t revision;
    uint32_t rsdt_address;
    uint32_t length;                            /* from here: revision 2 */
    uint64_t xsdt_address;
    uint8_t extended_checksum;
    uint8_t reserved[3];
};
#define RSDP_1_SIZE  offsetof(struct rsdp, length)
_Static_assert(sizeof(struct rsdp) == 36 && RSDP_1_SIZE == 20, "RSDP");

struct PACKED description_header {              /* 5.2.6 */
    char signature[4];
    uint32_t length;
    uint8_t revision;
    uint8_t checksum;
    char oem_id[6];
    char oem_table_id[8];
    uint32_t oem_revision;
    char creator_id[4];
    uint32_t creator_revision;
};
_Static_assert(sizeof(struct description_header) == 36, "header");

struct PACKED generic_address {                 /* 5.2.3.2 */
    uint8_t space;
    uint8_t bit_width;
    uint8_t bit_offset;
    uint8_t access_size;
    uint64_t address;
};
_Static_assert(sizeof(struct generic_address) == 12, "GAS");
#define SPACE_MEMORY  0
#define SPACE_IO      1

struct PACKED fadt {                            /* 5.2.9 */
    struct description_header header;
    uint32_t facs;
    uint32_t dsdt;
    uint8_t interrupt_model;
    uint8_t preferred_profile;
    uint16_t sci_interrupt;
    uint32_t smi_command;
    uint8_t acpi_enable, acpi_disable, s4bios_request, pstate_control;
    uint32_t pm1a_event, pm1b_event;
    uint32_t pm1a_control, pm1b_control;
    uint32_t pm2_control;
    uint32_t pm_timer;
    uint32_t gpe0, gpe1;
    uint8_t pm1_event_length, pm1_control_length;
    uint8_t pm2_control_length, pm_timer_length;
    uint8_t gpe0_length, gpe1_length, gpe1_base, cst_control;
    uint16_t c2_latency, c3_latency;
    uint16_t flush_size, flush_stride;
    uint8_t duty_offset, duty_width;
    uint8_t day_alarm, month_alarm, century;
    uint16_t boot_architecture;
    uint8_t reserved;
    uint32_t flags;
    struct generic_address reset;               /* from here: ACPI 2.0 */
    uint8_t reset_value;
    uint16_t arm_boot_architecture;
    uint8_t minor_version;
    uint64_t x_facs;
    uint64_t x_dsdt;
    struct generic_address x_pm1a_event, x_pm1b_event;
    struct generic_address x_pm1a_control, x_pm1b_control;
    struct generic_address x_pm2_control;
    struct generic_address x_pm_timer;
    struct generic_address x_gpe0, x_gpe1;
};
_Static_assert(offsetof(struct fadt, flags) == 112, "FADT, ACPI 1.0");
_Static_assert(offsetof(struct fadt, x_pm_timer) == 208, "FADT, X_ fields");
#define FADT_1_SIZE         offsetof(struct fadt, reset)
#define FADT_TIMER_32BIT    (1u << 8)
#define FADT_RESET_SUPPORTED (1u << 10)
#define FADT_HARDWARE_REDUCED (1u << 20)

struct PACKED madt {                            /* 5.2.12 */
    struct description_header header;
    uint32_t local_apic;
    uint32_t flags;
};
_Static_assert(sizeof(struct madt) == 44, "MADT");
#define MADT_PCAT_COMPAT  1u

struct PACKED madt_entry {
    uint8_t type;
    uint8_t length;
};

struct PACKED madt_local_apic {                 /* 5.2.12.2 */
    struct madt_entry entry;
    uint8_t processor_uid;
    uint8_t apic_id;
    uint32_t flags;
};
_Static_assert(sizeof(struct madt_local_apic) == 8, "type 0");
#define MADT_CPU_ENABLED   1u
#define MADT_APIC_ID_NONE  0xff

struct PACKED madt_io_apic {                    /* 5.2.12.3 */
    struct madt_entry entry;
    uint8_t id;
    uint8_t reserved;
    uint32_t address;
    uint32_t gsi_base;
};
_Static_assert(sizeof(struct madt_io_apic) == 12, "type 1");

struct PACKED madt_override {                   /* 5.2.12.5 */
    struct madt_entry entry;
    uint8_t bus;
    uint8_t source;
    uint32_t gsi;
    uint16_t flags;
};
_Static_assert(sizeof(struct madt_override) == 10, "type 2");
#define MADT_POLARITY       0x3
#define MADT_ACTIVE_LOW     0x3
#define MADT_TRIGGER        0xc
#define MADT_LEVEL          0xc
#define MADT_CONFORMS       0x0

struct PACKED madt_local_apic_address {         /* 5.2.12.8 */
    struct madt_entry entry;
    uint16_t reserved;
    uint64_t address;
};
_Static_assert(sizeof(struct madt_local_apic_address) == 12, "type 5");

struct PACKED madt_local_x2apic {               /* 5.2.12.12 */
    struct madt_entry entry;
    uint16_t reserved;
    uint32_t apic_id;
    uint32_t flags;
    uint32_t processor_uid;
};
_Static_assert(sizeof(struct madt_local_x2apic) == 16, "type 9");

struct PACKED mcfg_allocation {                 /* PCI firmware 3.2, 4.1.2 */
    uint64_t address;
    uint16_t segment;
    uint8_t first_bus, last_bus;
    uint32_t reserved;
};
struct PACKED mcfg {
    struct description_header header;
    uint64_t reserved;
    struct mcfg_allocation allocations[];
};
_Static_assert(sizeof(struct mcfg_allocation) == 16
               && sizeof(struct mcfg) == 44, "MCFG");
#define ECAM_ALIGN    (1u << 20)                /* what a bus takes */
#define ECAM_SIZE_MAX (256ull * ECAM_ALIGN)

/* Every checksum of ACPI's: the bytes' sum is 0. */
bool acpi_sum_is_zero(const void *bytes, size_t length);

/* The RSDP at this address, its version 1 part at least being valid. */
const struct rsdp *acpi_rsdp_at(const struct physical_window *memory,
                                uint64_t address);

/*
 * The whole table at this address.  NULL, and counted, when it isn't one
 * with this signature, doesn't lie in the window or has a wrong checksum.
 */
const struct description_header *
acpi_table_at(const struct physical_window *memory, uint64_t address,
              const char *signature, struct acpi_tables *tables);

/* Count a table as bad; `signature` may be NULL. */
void acpi_count_bad(struct acpi_tables *tables, const char *signature);

/* Each reads one valid table.  The FADT comes first: it names the SCI. */
void acpi_read_fadt(const struct fadt *fadt, struct acpi_tables *tables);
void acpi_read_madt(const struct madt *madt, struct acpi_tables *tables);
void acpi_read_mcfg(const struct mcfg *mcfg, struct acpi_tables *tables);

/* Search the AML of a DSDT or SSDT; the first \_S5 found counts. */
void acpi_find_s5(const struct description_header *table,
                  struct acpi_tables *tables);

#endif
