/* SPDX-License-Identifier: MIT */
#include <machine/power.h>

#include <machine/descriptor.h>
#include <machine/efi.h>
#include <machine/io.h>
#include <machine/time.h>
#include <machine/x86.h>

#define PM1_SLP_TYP_SHIFT 10            /* ACPI 6.4, 4.8.3.2.1 */
#define PM1_SLP_TYP       0x1c00
#define PM1_SLP_EN        0x2000

#define RESET_CONTROL     0xcf9
#define RESET_HARD        0x02
#define RESET_CPU         0x04
#define KEYBOARD_STATUS   0x64
#define KEYBOARD_BUSY     0x02
#define KEYBOARD_RESET    0xfe

#define MS 1000000ull

static void (*outside)(enum power_end how);
static struct acpi_register pm1a, pm1b, reset;
static uint8_t reset_value;
static bool has_s5;
static uint8_t s5_type_a, s5_type_b;

void power_init(const struct acpi_tables *acpi)
{
    pm1a = acpi->pm1a_control;
    pm1b = acpi->pm1b_control;
    reset = acpi->reset;
    reset_value = acpi->reset_value;
    has_s5 = acpi->has_s5;
    s5_type_a = acpi->s5_type_a;
    s5_type_b = acpi->s5_type_b;
}

void power_set_outside(void (*end)(enum power_end how))
{
    outside = end;
}

bool power_crash(void)
{
    if (outside)
        outside(POWER_CRASH);
    return outside;
}

static bool is_port(const struct acpi_register *reg)
{
    return reg->present && !reg->memory && reg->address <= 0xffff;
}

bool power_enter_sleep(uint16_t value_a, uint16_t value_b)
{
    if (!is_port(&pm1a))
        return false;
    outw((uint16_t)pm1a.address, value_a);
    if (is_port(&pm1b))
        outw((uint16_t)pm1b.address, value_b);
    return true;
}

static uint16_t pm1_value(const struct acpi_register *reg, unsigned type)
{
    uint16_t now = is_port(reg) ? inw((uint16_t)reg->address) : 0;

    return (uint16_t)((now & ~PM1_SLP_TYP) | type << PM1_SLP_TYP_SHIFT
                      | PM1_SLP_EN);
}

void power_off(void)
{
    if (outside)
        outside(POWER_OFF);
    if (has_s5) {
        power_enter_sleep(pm1_value(&pm1a, s5_type_a),
                          pm1_value(&pm1b, s5_type_b));
        time_delay(500 * MS);
    }
    efi_reset(EfiResetShutdown);
}

/* Ends in a shutdown cycle, which chipsets take for a reset. */
static void triple_fault(void)
{
    struct table_pointer none = { 0, 0 };

    __asm__ volatile ("lidt %0; int3" : : "m" (none));
}

_Noreturn void power_reset(void)
{
    __asm__ volatile ("cli");
    if (outside)
        outside(POWER_RESET);
    if (is_port(&reset)) {
        outb((uint16_t)reset.address, reset_value);
        time_delay(100 * MS);
    }
    efi_reset(EfiResetCold);

    uint8_t control = inb(RESET_CONTROL) & ~(RESET_HARD | RESET_CPU);

    outb(RESET_CONTROL, control | RESET_HARD);
    time_delay(MS);
    outb(RESET_CONTROL, control | RESET_HARD | RESET_CPU);
    time_delay(100 * MS);

    for (unsigned i = 0; i < 100 && inb(KEYBOARD_STATUS) & KEYBOARD_BUSY; i++)
        time_delay(MS);
    outb(KEYBOARD_STATUS, KEYBOARD_RESET);
    time_delay(100 * MS);
    triple_fault();
    power_halt();
}

_Noreturn void power_halt(void)
{
    for (;;)
        __asm__ volatile ("cli; hlt");
}
