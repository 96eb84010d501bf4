/* SPDX-License-Identifier: MIT */
/* sources: src/machine/acpi_rsdp.c src/machine/acpi_tables.c */
/* sources: src/machine/acpi_madt.c src/machine/acpi_fadt.c */
/* sources: src/machine/acpi_s5.c src/machine/acpi_mcfg.c */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <machine/acpi.h>
#include "../../src/machine/acpi_layout.h"

#include "unit_test.h"

#define BASE  0xe0000           /* where acpi_find_rsdp() looks, too */
#define SIZE  0x10000
#define EMPTY ((struct fadt){ .header.revision = 6 })

static uint8_t memory[SIZE];
static size_t used;
static struct acpi_tables tables;
static const struct physical_window window = { memory, BASE, SIZE };

static int start_empty(void **state)
{
    (void)state;
    memset(memory, 0, sizeof(memory));
    memset(&tables, 0xa5, sizeof(tables));
    used = 64;                  /* the RSDP is first */
    return 0;
}

static void make_sum_zero(void *bytes, size_t length, uint8_t *checksum)
{
    uint8_t *at = bytes, sum = 0;

    *checksum = 0;
    for (size_t i = 0; i < length; i++)
        sum = (uint8_t)(sum + at[i]);
    *checksum = (uint8_t)-sum;
}

/* Room for a table; returns its physical address. */
static uint64_t reserve(size_t length)
{
    uint64_t address = BASE + used;

    assert_true(length <= SIZE - used);
    used += length;
    return address;
}

static uint64_t add_table(const char *signature, const void *body,
                          size_t length)
{
    uint64_t address = reserve(sizeof(struct description_header) + length);
    struct description_header *header = (void *)(memory + address - BASE);

    memcpy(header->signature, signature, 4);
    header->length = (uint32_t)(sizeof(*header) + length);
    if (length != 0)
        memcpy(header + 1, body, length);
    make_sum_zero(header, header->length, &header->checksum);
    return address;
}

/* The FADT's first `length` bytes. */
static uint64_t add_fadt(struct fadt fadt, size_t length)
{
    return add_table("FACP", (uint8_t *)&fadt + sizeof(fadt.header),
                     length - sizeof(fadt.header));
}

static uint64_t add_madt(const void *entries, size_t length)
{
    uint8_t body[512] = { 0, 0, 0xe0, 0xfe, MADT_PCAT_COMPAT };

    assert_true(length <= sizeof(body) - 8);
    memcpy(body + 8, entries, length);
    return add_table("APIC", body, 8 + length);
}

static void set_rsdp(uint8_t revision, uint64_t rsdt, uint64_t xsdt)
{
    struct rsdp *rsdp = (void *)memory;

    memset(rsdp, 0, sizeof(*rsdp));
    memcpy(rsdp->signature, "RSD PTR ", 8);
    rsdp->revision = revision;
    rsdp->rsdt_address = (uint32_t)rsdt;
    make_sum_zero(rsdp, RSDP_1_SIZE, &rsdp->checksum);
    if (revision < 2)
        return;
    rsdp->length = sizeof(*rsdp);
    rsdp->xsdt_address = xsdt;
    make_sum_zero(rsdp, sizeof(*rsdp), &rsdp->extended_checksum);
}

static void use_xsdt(const uint64_t *entries, size_t nr)
{
    set_rsdp(2, 0, add_table("XSDT", entries, nr * sizeof(*entries)));
}

static void read_with(uint64_t a, uint64_t b)
{
    uint64_t entries[] = { a, b };

    use_xsdt(entries, b != 0 ? 2 : 1);
    assert_true(acpi_read_tables(&window, BASE, &tables));
}

static void rsdp_is_found_in_bios(void **state)
{
    (void)state;
    assert_int_equal(acpi_find_rsdp(&window), 0);
    set_rsdp(0, 0, 0);
    assert_int_equal(acpi_find_rsdp(&window), BASE);

    /* On a 16 byte boundary, with the right sum, and not cut. */
    memmove(memory + 0xfff0, memory, 16);
    memmove(memory + 0x48, memory, RSDP_1_SIZE);
    memory[8]++;
    assert_int_equal(acpi_find_rsdp(&window), 0);
    memmove(memory + 0x50, memory + 0x48, RSDP_1_SIZE);
    assert_int_equal(acpi_find_rsdp(&window), BASE + 0x50);
}

static void rsdp_is_found_in_ebda(void **state)
{
    static uint8_t low[0xa0000];
    const struct physical_window low_window = { low, 0, sizeof(low) };

    (void)state;
    set_rsdp(0, 0, 0);
    low[0x40e] = 0xc0;
    low[0x40f] = 0x9f;
    memcpy(low + 0x9fc00 + 0x3e0, memory, RSDP_1_SIZE);
    assert_int_equal(acpi_find_rsdp(&low_window), 0x9fc00 + 0x3e0);

    /* An EBDA at 0 is none, and one outside the window no fault. */
    low[0x40e] = low[0x40f] = 0;
    memcpy(low, memory, RSDP_1_SIZE);
    assert_int_equal(acpi_find_rsdp(&low_window), 0);
    low[0x40e] = low[0x40f] = 0xff;
    assert_int_equal(acpi_find_rsdp(&low_window), 0);
}

static void no_rsdp_no_tables(void **state)
{
    struct acpi_tables empty;

    (void)state;
    memset(&empty, 0, sizeof(empty));
    assert_false(acpi_read_tables(&window, BASE, &tables));
    assert_memory_equal(&tables, &empty, sizeof(tables));
    assert_false(acpi_read_tables(&window, BASE + SIZE - 4, &tables));
    assert_false(acpi_read_tables(&window, 0, &tables));
    assert_false(acpi_read_tables(&window, UINT64_MAX, &tables));
}

static void cpus_of_both_kinds(void **state)
{
    static const uint8_t entries[] = {
        0, 8, 0, 4, 1, 0, 0, 0,                 /* enabled, ID 4 */
        0, 8, 1, 5, 0, 0, 0, 0,                 /* not enabled */
        0, 8, 2, 6, 2, 0, 0, 0,                 /* could be plugged in */
        0, 8, 3, 0xff, 1, 0, 0, 0,              /* no ID */
        9, 16, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 9, 0, 0, 0,        /* 0x100 */
        9, 16, 0, 0, 4, 0, 0, 0, 1, 0, 0, 0, 9, 0, 0, 0,        /* 4 again */
        9, 16, 0, 0, 0xff, 0xff, 0xff, 0xff, 1, 0, 0, 0, 9, 0, 0, 0,
        0x80, 3, 0,                             /* OEM's own */
        0, 8, 4, 2, 1, 0, 0, 0,
    };

    (void)state;
    read_with(add_madt(entries, sizeof(entries)), 0);
    assert_int_equal(tables.nr_cpus, 3);
    assert_int_equal(tables.cpus[0].apic_id, 4);
    assert_int_equal(tables.cpus[1].apic_id, 0x100);
    assert_int_equal(tables.cpus[2].apic_id, 2);
    assert_int_equal(tables.local_apic, 0xfee00000);
    assert_true(tables.has_8259);
    assert_int_equal(tables.nr_bad_tables, 0);
}

static void io_apics_and_addresses(void **state)
{
    static const uint8_t entries[] = {
        1, 12, 7, 0, 0, 0, 0xc0, 0xfe, 0, 0, 0, 0,
        1, 12, 8, 0, 0, 0x10, 0xc0, 0xfe, 24, 0, 0, 0,
        1, 12, 9, 0, 0, 0, 0, 0, 48, 0, 0, 0,   /* no address */
        5, 12, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0,
    };

    (void)state;
    read_with(add_madt(entries, sizeof(entries)), 0);
    assert_int_equal(tables.nr_io_apics, 2);
    assert_int_equal(tables.io_apics[0].id, 7);
    assert_int_equal(tables.io_apics[0].address, 0xfec00000);
    assert_int_equal(tables.io_apics[1].gsi_base, 24);
    assert_int_equal(tables.io_apics[1].address, 0xfec01000);
    assert_int_equal(tables.local_apic, 0x100000000);
}

static void assert_override(unsigned i, unsigned irq, unsigned gsi,
                            bool level, bool active_low)
{
    assert_true(i < tables.nr_overrides);
    assert_int_equal(tables.overrides[i].isa_irq, irq);
    assert_int_equal(tables.overrides[i].gsi, gsi);
    assert_int_equal(tables.overrides[i].level, level);
    assert_int_equal(tables.overrides[i].active_low, active_low);
}

static void overrides_follow_the_bus(void **state)
{
    static const uint8_t entries[] = {
        2, 10, 0, 0, 2, 0, 0, 0, 0x0, 0,        /* conforms */
        2, 10, 0, 5, 5, 0, 0, 0, 0xd, 0,        /* level, high */
        2, 10, 0, 6, 6, 0, 0, 0, 0x7, 0,        /* edge, low */
        2, 10, 0, 7, 7, 0, 0, 0, 0xf, 0,        /* level, low */
        2, 10, 1, 8, 8, 0, 0, 0, 0xf, 0,        /* not ISA */
        2, 10, 0, 16, 16, 0, 0, 0, 0xf, 0,      /* no ISA interrupt */
    };

    (void)state;
    read_with(add_madt(entries, sizeof(entries)), 0);
    assert_int_equal(tables.nr_overrides, 4);
    assert_override(0, 0, 2, false, false);
    assert_override(1, 5, 5, true, false);
    assert_override(2, 6, 6, false, true);
    assert_override(3, 7, 7, true, true);
    assert_int_equal(tables.sci_gsi, 0);
}

static void sci_is_level_and_low(void **state)
{
    static const uint8_t entry[] = { 2, 10, 0, 9, 20, 0, 0, 0, 0, 0 };
    struct fadt fadt = EMPTY;

    (void)state;
    fadt.sci_interrupt = 9;
    read_with(add_madt(entry, sizeof(entry)), add_fadt(fadt, sizeof(fadt)));
    assert_int_equal(tables.nr_overrides, 1);
    assert_override(0, 9, 20, true, true);
    assert_int_equal(tables.sci_gsi, 20);

    /* And without an entry of its own, */
    start_empty(NULL);
    read_with(add_madt(entry, 0), add_fadt(fadt, sizeof(fadt)));
    assert_int_equal(tables.nr_overrides, 1);
    assert_override(0, 9, 9, true, true);

    /* or as a number that is no ISA interrupt's. */
    start_empty(NULL);
    fadt.sci_interrupt = 22;
    read_with(add_madt(entry, 0), add_fadt(fadt, sizeof(fadt)));
    assert_int_equal(tables.nr_overrides, 0);
    assert_int_equal(tables.sci_gsi, 22);
}

static void broken_entries_end_the_madt(void **state)
{
    static const uint8_t endless[] = {
        0, 8, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0,     /* then length 0 */
    };
    static const uint8_t beyond[] = {
        0, 8, 0, 1, 1, 0, 0, 0, 0, 8, 0, 2, 1, 0, 0,
    };
    static const uint8_t too_short[] = {
        0, 4, 0, 1, 0, 8, 0, 1, 1, 0, 0, 0,
    };

    (void)state;
    read_with(add_madt(endless, sizeof(endless)), 0);
    assert_int_equal(tables.nr_cpus, 1);
    assert_int_equal(tables.nr_bad_tables, 1);
    assert_string_equal(tables.first_bad, "APIC");

    start_empty(NULL);
    read_with(add_madt(beyond, sizeof(beyond)), 0);
    assert_int_equal(tables.nr_cpus, 1);
    assert_int_equal(tables.nr_bad_tables, 1);

    start_empty(NULL);
    read_with(add_madt(too_short, sizeof(too_short)), 0);
    assert_int_equal(tables.nr_cpus, 1);
    assert_int_equal(tables.nr_bad_tables, 1);
}

static void more_cpus_than_room(void **state)
{
    struct madt_local_x2apic entries[ACPI_CPUS_MAX + 1];
    uint8_t body[8 + sizeof(entries)] = { 0 };

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(entries); i++)
        entries[i] = (struct madt_local_x2apic){
            .entry = { 9, sizeof(entries[0]) },
            .apic_id = i, .flags = MADT_CPU_ENABLED,
        };
    memcpy(body + 8, entries, sizeof(entries));
    read_with(add_table("APIC", body, sizeof(body)), 0);
    assert_int_equal(tables.nr_cpus, ACPI_CPUS_MAX);
    assert_true(tables.truncated);
}

static void assert_register(struct acpi_register reg, bool is_memory,
                            uint64_t address, unsigned bits)
{
    assert_true(reg.present);
    assert_int_equal(reg.memory, is_memory);
    assert_int_equal(reg.address, address);
    assert_int_equal(reg.bits, bits);
}

static struct fadt fadt_with_both(void)
{
    struct fadt fadt = EMPTY;

    fadt.pm1a_event = 0x400;
    fadt.pm1a_control = 0x404;
    fadt.pm1b_control = 0x10000;                /* no port */
    fadt.pm_timer = 0x408;
    fadt.pm1_event_length = 4;
    fadt.pm1_control_length = 2;
    fadt.pm_timer_length = 4;
    fadt.flags = FADT_TIMER_32BIT | FADT_RESET_SUPPORTED;
    fadt.x_pm1a_event = (struct generic_address){ 1, 32, 0, 0, 0x600 };
    fadt.x_pm1a_control = (struct generic_address){ 0, 99, 0, 0, 1ull << 40 };
    fadt.x_pm_timer = (struct generic_address){ 3, 32, 0, 0, 0x608 };
    fadt.reset = (struct generic_address){ 1, 8, 0, 1, 0xcf9 };
    fadt.reset_value = 6;
    return fadt;
}

static void fadt_prefers_x_fields(void **state)
{
    struct fadt fadt = fadt_with_both();

    (void)state;
    read_with(add_fadt(fadt, sizeof(fadt)), 0);
    assert_register(tables.pm1a_event, false, 0x600, 32);
    assert_register(tables.pm1a_control, true, 1ull << 40, 16);
    assert_register(tables.pm_timer, false, 0x408, 32);
    assert_false(tables.pm1b_event.present);
    assert_false(tables.pm1b_control.present);
    assert_true(tables.pm_timer_32bit);
    assert_register(tables.reset, false, 0xcf9, 8);
    assert_int_equal(tables.reset_value, 6);
}

static void fadt_of_acpi_1_ends_before(void **state)
{
    struct fadt fadt = fadt_with_both();

    (void)state;
    read_with(add_fadt(fadt, FADT_1_SIZE), 0);
    assert_register(tables.pm1a_event, false, 0x400, 32);
    assert_register(tables.pm1a_control, false, 0x404, 16);
    assert_register(tables.pm_timer, false, 0x408, 32);
    assert_false(tables.reset.present);

    start_empty(NULL);
    read_with(add_fadt(fadt, FADT_1_SIZE - 1), 0);
    assert_false(tables.pm1a_event.present);
    assert_int_equal(tables.nr_bad_tables, 1);
    assert_string_equal(tables.first_bad, "FACP");
}

static void fadt_flags_are_heeded(void **state)
{
    struct fadt fadt = fadt_with_both();

    (void)state;
    fadt.flags = 0;
    fadt.pm_timer_length = 0;
    read_with(add_fadt(fadt, sizeof(fadt)), 0);
    assert_false(tables.reset.present);
    assert_false(tables.pm_timer.present);
    assert_false(tables.pm_timer_32bit);

    start_empty(NULL);
    fadt = fadt_with_both();
    fadt.flags |= FADT_HARDWARE_REDUCED;
    fadt.reset.space = 2;                       /* PCI configuration */
    read_with(add_fadt(fadt, sizeof(fadt)), 0);
    assert_false(tables.pm1a_control.present);
    assert_false(tables.reset.present);
}

/* Read a DSDT with this AML; returns whether \_S5 was found. */
static bool s5_of(const void *aml, size_t length)
{
    struct fadt fadt = EMPTY;

    start_empty(NULL);
    fadt.dsdt = (uint32_t)add_table("DSDT", aml, length);
    read_with(add_fadt(fadt, FADT_1_SIZE), 0);
    return tables.has_s5;
}

#define S5(text)  s5_of(text, sizeof(text) - 1)

static void s5_encodings(void **state)
{
    (void)state;
    assert_true(S5("xx\x08_S5_\x12\x06\x04\x00\x01\x00\x00"));
    assert_int_equal(tables.s5_type_a, 0);
    assert_int_equal(tables.s5_type_b, 1);
    assert_true(S5("\x08\\_S5_\x12\x08\x04\x0a\x05\x0a\x07\x00\x00"));
    assert_int_equal(tables.s5_type_a, 5);
    assert_int_equal(tables.s5_type_b, 7);
    assert_true(S5("\x08_S5_\x12\x0a\x02\x0b\x05\x00\x0c\x03\x00\x00\x00"));
    assert_int_equal(tables.s5_type_a, 5);
    assert_int_equal(tables.s5_type_b, 3);
    /* A package length of two bytes; a lone element holds both. */
    assert_true(S5("\x08_S5_\x12\x46\x00\x01\x0b\x07\x02"));
    assert_int_equal(tables.s5_type_a, 7);
    assert_int_equal(tables.s5_type_b, 2);
}

static void s5_in_data_is_passed_over(void **state)
{
    (void)state;
    assert_false(S5("\x12_S5_\x12\x06\x04\x05\x05\x00\x00"));   /* no Name */
    assert_false(S5("_S5_\x12\x06\x04\x00\x00\x00\x00"));
    assert_false(S5("\x08_S5_\x14\x06\x04\x00\x00\x00\x00"));
    assert_false(S5("\x08_S5_\x12\x20\x04\x00\x00\x00\x00"));   /* length */
    assert_false(S5("\x08_S5_\x12\x56\x00\x04\x00\x00\x00\x00"));
    assert_false(S5("\x08_S5_\x12\x01\x04\x00\x00\x00\x00"));
    assert_false(S5("\x08_S5_\x12\x00\x04\x00\x00\x00\x00"));
    assert_false(S5("\x08_S5_\x12\x06\x00\x00\x00\x00\x00"));   /* empty */
    assert_false(S5("\x08_S5_\x12\x06\x04\x0a\x08\x00\x00"));   /* > 7 */
    assert_false(S5("\x08_S5_\x12\x06\x04\xff\x00\x00\x00"));   /* Ones */
    assert_false(S5("\x08_S5_\x12\x03\x04\x0a\x05\x00\x00"));   /* cut */
    assert_false(S5("\x08_S5_\x12"));
    assert_false(S5("\x08_S5_"));
    assert_true(S5("\x0d_S5_\x00\x08_S5_\x12\x06\x04\x0a\x08\x00\x00"
                   "\x08_S5_\x12\x06\x04\x01\x01\x00\x00"));
    assert_int_equal(tables.s5_type_a, 1);
}

static void s5_may_be_in_an_ssdt(void **state)
{
    static const char aml[] = "\x08_S5_\x12\x06\x04\x01\x00\x00\x00";

    (void)state;
    read_with(add_table("SSDT", "nothing", 7),
              add_table("SSDT", aml, sizeof(aml) - 1));
    assert_true(tables.has_s5);
    assert_int_equal(tables.s5_type_a, 1);
}

static void x_dsdt_wins(void **state)
{
    static const char aml[] = "\x08_S5_\x12\x06\x04\x01\x00\x00\x00";
    struct fadt fadt = EMPTY;

    (void)state;
    fadt.dsdt = 0x12345678;
    fadt.x_dsdt = add_table("DSDT", aml, sizeof(aml) - 1);
    read_with(add_fadt(fadt, sizeof(fadt)), 0);
    assert_true(tables.has_s5);
    assert_int_equal(tables.nr_bad_tables, 0);
}

static void rsdt_when_there_is_no_xsdt(void **state)
{
    static const uint8_t cpu[] = { 0, 8, 0, 1, 1, 0, 0, 0 };
    uint64_t madt = add_madt(cpu, sizeof(cpu)), rsdt;
    uint32_t entry = (uint32_t)madt;
    struct rsdp *rsdp = (void *)memory;

    (void)state;
    rsdt = add_table("RSDT", &entry, sizeof(entry));
    set_rsdp(0, rsdt, 0);
    assert_true(acpi_read_tables(&window, BASE, &tables));
    assert_int_equal(tables.nr_cpus, 1);
    assert_int_equal(tables.nr_bad_tables, 0);

    /* The XSDT is outside memory, or its pointer not to be believed. */
    set_rsdp(2, rsdt, UINT64_MAX - 4);
    assert_true(acpi_read_tables(&window, BASE, &tables));
    assert_int_equal(tables.nr_cpus, 1);
    assert_int_equal(tables.nr_bad_tables, 1);
    assert_string_equal(tables.first_bad, "XSDT");

    set_rsdp(2, rsdt, add_table("XSDT", NULL, 0));
    rsdp->extended_checksum++;
    assert_true(acpi_read_tables(&window, BASE, &tables));
    assert_int_equal(tables.nr_cpus, 1);
}

static void damaged_tables_are_left_out(void **state)
{
    static const uint8_t cpu[] = { 0, 8, 0, 1, 1, 0, 0, 0 };
    struct description_header *madt;
    uint64_t address = add_madt(cpu, sizeof(cpu));

    (void)state;
    madt = (void *)(memory + address - BASE);

    madt->checksum++;
    read_with(address, 0);
    assert_int_equal(tables.nr_cpus, 0);
    assert_int_equal(tables.nr_bad_tables, 1);
    assert_string_equal(tables.first_bad, "APIC");

    madt->length = UINT32_MAX;
    read_with(address, 0);
    assert_int_equal(tables.nr_bad_tables, 1);
    madt->length = 8;
    read_with(address, 0);
    assert_int_equal(tables.nr_bad_tables, 1);

    read_with(UINT64_MAX, BASE + SIZE - 8);
    assert_int_equal(tables.nr_bad_tables, 2);
    assert_string_equal(tables.first_bad, "");
}

/* A whole table of QEMU 7.2, as the fuzz corpus has it. */
static void read_seed(const char *name)
{
    FILE *file = fopen(name, "rb");

    assert_non_null(file);
    start_empty(NULL);
    assert_true(fread(memory, 1, sizeof(memory), file) > 0);
    fclose(file);
    assert_int_equal(acpi_find_rsdp(&window), BASE);
    assert_true(acpi_read_tables(&window, BASE, &tables));
    assert_int_equal(tables.nr_bad_tables, 0);
}

static void qemu_tables(void **state)
{
    (void)state;
    read_seed("tests/fuzz/corpus/acpi/qemu-pc-rsdt");
    assert_int_equal(tables.nr_cpus, 2);
    assert_int_equal(tables.nr_io_apics, 1);
    assert_int_equal(tables.nr_overrides, 5);
    assert_override(0, 0, 2, false, false);
    assert_override(2, 9, 9, true, false);
    assert_int_equal(tables.sci_gsi, 9);
    assert_register(tables.pm_timer, false, 0x608, 32);
    assert_register(tables.pm1a_control, false, 0x604, 16);
    assert_false(tables.reset.present);
    assert_true(tables.has_s5);

    read_seed("tests/fuzz/corpus/acpi/qemu-q35-xsdt");
    assert_int_equal(tables.nr_cpus, 2);
    assert_register(tables.pm_timer, false, 0x608, 32);
    assert_register(tables.reset, false, 0xcf9, 8);
    assert_int_equal(tables.reset_value, 0xf);
    assert_true(tables.has_s5);
    assert_int_equal(tables.nr_ecams, 1);
    assert_int_equal(tables.ecams[0].address, 0xb0000000);
}

static void mcfg_is_read(void **state)
{
    static const struct {
        uint64_t reserved;
        struct mcfg_allocation allocations[4];
    } __attribute__((packed)) body = { 0, {
        { 0xb0000000, 0, 0, 0xff, 0 },
        { 0xc0000001, 1, 0, 0xff, 0 },          /* not aligned */
        { 0xd0000000, 2, 9, 8, 0 },             /* no bus */
        { 0x3000000000, 3, 0x10, 0x1f, 0 },
    } };

    (void)state;
    read_with(add_table("MCFG", &body, sizeof(body)), 0);
    assert_int_equal(tables.nr_ecams, 2);
    assert_int_equal(tables.ecams[0].address, 0xb0000000);
    assert_int_equal(tables.ecams[0].last_bus, 0xff);
    assert_int_equal(tables.ecams[1].address, 0x3000000000);
    assert_int_equal(tables.ecams[1].segment, 3);
    assert_int_equal(tables.ecams[1].first_bus, 0x10);
    assert_int_equal(tables.ecams[1].last_bus, 0x1f);
    assert_int_equal(tables.nr_bad_tables, 1);
    assert_string_equal(tables.first_bad, "MCFG");
}

static void mcfg_ends_anywhere(void **state)
{
    uint8_t body[8 + (ACPI_ECAMS_MAX + 1) * 16] = { 0 };
    struct mcfg_allocation *list = (void *)(body + 8);

    (void)state;
    for (unsigned i = 0; i <= ACPI_ECAMS_MAX; i++)
        list[i].address = ECAM_ALIGN;
    read_with(add_table("MCFG", body, 7), 0);
    assert_int_equal(tables.nr_bad_tables, 1);
    read_with(add_table("MCFG", body, 8 + 31), 0);
    assert_int_equal(tables.nr_ecams, 1);
    assert_false(tables.truncated);
    read_with(add_table("MCFG", body, sizeof(body)), 0);
    assert_int_equal(tables.nr_ecams, ACPI_ECAMS_MAX);
    assert_true(tables.truncated);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(rsdp_is_found_in_bios, start_empty),
        cmocka_unit_test_setup(rsdp_is_found_in_ebda, start_empty),
        cmocka_unit_test_setup(no_rsdp_no_tables, start_empty),
        cmocka_unit_test_setup(cpus_of_both_kinds, start_empty),
        cmocka_unit_test_setup(io_apics_and_addresses, start_empty),
        cmocka_unit_test_setup(overrides_follow_the_bus, start_empty),
        cmocka_unit_test_setup(sci_is_level_and_low, start_empty),
        cmocka_unit_test_setup(broken_entries_end_the_madt, start_empty),
        cmocka_unit_test_setup(more_cpus_than_room, start_empty),
        cmocka_unit_test_setup(fadt_prefers_x_fields, start_empty),
        cmocka_unit_test_setup(fadt_of_acpi_1_ends_before, start_empty),
        cmocka_unit_test_setup(fadt_flags_are_heeded, start_empty),
        cmocka_unit_test_setup(s5_encodings, start_empty),
        cmocka_unit_test_setup(s5_in_data_is_passed_over, start_empty),
        cmocka_unit_test_setup(s5_may_be_in_an_ssdt, start_empty),
        cmocka_unit_test_setup(x_dsdt_wins, start_empty),
        cmocka_unit_test_setup(rsdt_when_there_is_no_xsdt, start_empty),
        cmocka_unit_test_setup(damaged_tables_are_left_out, start_empty),
        cmocka_unit_test_setup(mcfg_is_read, start_empty),
        cmocka_unit_test_setup(mcfg_ends_anywhere, start_empty),
        cmocka_unit_test_setup(qemu_tables, start_empty),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
