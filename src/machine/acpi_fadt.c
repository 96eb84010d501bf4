/* SPDX-License-Identifier: MIT */
/* Fixed ACPI Description Table: power management registers. */
#include "acpi_layout.h"

#define IO_PORTS         0x10000
#define PM_TIMER_LENGTH  4

static bool reaches(const struct fadt *fadt, size_t offset, size_t size)
{
    return fadt->header.length >= offset + size;
}

static struct acpi_register no_register(void)
{
    return (struct acpi_register){ .present = false };
}

/* Registers elsewhere (PCI configuration, functional hardware) are absent:
   nothing here could reach them. */
static struct acpi_register from_generic(const struct generic_address *gas)
{
    if (gas->address == 0)
        return no_register();
    if (gas->space != SPACE_MEMORY &&
        (gas->space != SPACE_IO || gas->address >= IO_PORTS))
        return no_register();

    return (struct acpi_register){
        .present = true,
        .memory = gas->space == SPACE_MEMORY,
        .bits = gas->bit_width,
        .address = gas->address,
    };
}

/*
 * ACPI 2.0's field wins if there is something usable in it; firmware leaves
 * it 0, or the table ends before, where only the 32-bit one counts.  Its
 * own width is often wrong, the length byte is right.
 */
static struct acpi_register block(const struct fadt *fadt, uint32_t port,
                                  uint8_t length, size_t x_offset)
{
    struct acpi_register reg = no_register();

    if (length == 0)
        return reg;
    if (reaches(fadt, x_offset, sizeof(struct generic_address)))
        reg = from_generic((const struct generic_address *)
                           ((const uint8_t *)fadt + x_offset));
    if (!reg.present && port != 0 && port < IO_PORTS) {
        reg.present = true;
        reg.address = port;
    }
    if (reg.present)
        reg.bits = length < 32 ? (uint8_t)(length * 8) : 0;
    return reg;
}

#define X(field) offsetof(struct fadt, x_##field)

static void read_reset(const struct fadt *fadt, struct acpi_tables *tables)
{
    if (!reaches(fadt, offsetof(struct fadt, reset_value), 1) ||
        (fadt->flags & FADT_RESET_SUPPORTED) == 0)
        return;
    tables->reset = from_generic(&fadt->reset);
    tables->reset_value = fadt->reset_value;
}

void acpi_read_fadt(const struct fadt *fadt, struct acpi_tables *tables)
{
    read_reset(fadt, tables);

    /* 5.2.9.1: the fixed registers' fields are to be ignored then. */
    if ((fadt->flags & FADT_HARDWARE_REDUCED) != 0)
        return;

    tables->sci_gsi = fadt->sci_interrupt;
    tables->pm1a_event = block(fadt, fadt->pm1a_event,
                               fadt->pm1_event_length, X(pm1a_event));
    tables->pm1b_event = block(fadt, fadt->pm1b_event,
                               fadt->pm1_event_length, X(pm1b_event));
    tables->pm1a_control = block(fadt, fadt->pm1a_control,
                                 fadt->pm1_control_length, X(pm1a_control));
    tables->pm1b_control = block(fadt, fadt->pm1b_control,
                                 fadt->pm1_control_length, X(pm1b_control));
    if (fadt->pm_timer_length == PM_TIMER_LENGTH)
        tables->pm_timer = block(fadt, fadt->pm_timer, PM_TIMER_LENGTH,
                                 X(pm_timer));
    tables->pm_timer_32bit = (fadt->flags & FADT_TIMER_32BIT) != 0;
}
