/* SPDX-License-Identifier: MIT */
/* The settings of a serial port, as xen.gz's com1= and com2= give them. */
#include <lib/number.h>
#include <lib/string.h>
#include <machine/ns16550.h>
#include "ns16550_registers.h"

#define IO_PORTS  0x10000
#define ISA_IRQS  16
#define DIVISOR_MAX 0xffff

static bool parse_number(const char **text, uint32_t *number)
{
    uint64_t value;
    const char *rest = number_parse(*text, *text + strlen(*text), &value);

    if (rest == NULL || value > UINT32_MAX)
        return false;
    *text = rest;
    *number = (uint32_t)value;
    return true;
}

static bool parse_baud(const char **text, struct ns16550_settings *settings)
{
    if (strncmp(*text, "auto", 4) == 0) {
        *text += 4;
        settings->baud = 0;
    } else if (!parse_number(text, &settings->baud) || settings->baud == 0) {
        return false;
    }

    if (**text != '/')
        return true;

    ++*text;
    return parse_number(text, &settings->base_baud);
}

/* "8n1" */
static bool parse_line(const char **text, struct ns16550_settings *settings)
{
    static const struct {
        char name;
        uint8_t bits;
    } parities[] = {
        { 'n', 0 }, { 'o', LCR_PARITY }, { 'e', LCR_PARITY | LCR_EVEN },
        { 'm', LCR_PARITY | LCR_STICK },
        { 's', LCR_PARITY | LCR_STICK | LCR_EVEN },
    };
    const char *at = *text;

    if (at[0] < '5' || at[0] > '8')
        return false;

    for (unsigned i = 0; i < sizeof(parities) / sizeof(parities[0]); i++) {
        if (at[1] != parities[i].name)
            continue;
        if (at[2] != '1' && at[2] != '2')
            return false;
        settings->line_control = (uint8_t)
            (at[0] - '5' + parities[i].bits + (at[2] == '2' ? LCR_STOP_2 : 0));
        *text += 3;
        return true;
    }
    return false;
}

static bool parse_io_base(const char **text,
                          struct ns16550_settings *settings)
{
    uint32_t base;

    if (!parse_number(text, &base) || base == 0 ||
        base > IO_PORTS - NS16550_REGISTERS)
        return false;
    settings->io_base = (uint16_t)base;
    return true;
}

static bool parse_irq(const char **text, struct ns16550_settings *settings)
{
    uint32_t irq;

    if (!parse_number(text, &irq) || irq >= ISA_IRQS)
        return false;
    settings->irq = (uint8_t)irq;
    return true;
}

static bool divisor_possible(const struct ns16550_settings *settings)
{
    if (settings->baud == 0)
        return true;
    return settings->base_baud >= settings->baud &&
           settings->base_baud / settings->baud <= DIVISOR_MAX;
}

bool ns16550_parse(const char *text, struct ns16550_settings *settings)
{
    static bool (*const fields[])(const char **,
                                  struct ns16550_settings *) = {
        parse_baud, parse_line, parse_io_base, parse_irq,
    };
    struct ns16550_settings parsed = *settings;

    for (unsigned i = 0; *text != '\0'; i++) {
        if (i == sizeof(fields) / sizeof(fields[0]))
            return false;
        if (*text != ',' && !fields[i](&text, &parsed))
            return false;
        if (*text == ',')
            text++;
        else if (*text != '\0')
            return false;
    }
    if (!divisor_possible(&parsed))
        return false;

    *settings = parsed;
    return true;
}
