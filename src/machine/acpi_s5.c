/* SPDX-License-Identifier: MIT */
/*
 * \_S5, what to write into SLP_TYP for soft off (ACPI 6.4, 7.4.2), found
 * without an interpreter: Name (_S5, Package () { small, small, ... }).
 * The four characters may also be in strings and other data; so all of the
 * encoding around them has to be right (20.2).
 */
#include <lib/string.h>
#include "acpi_layout.h"

#define AML_ZERO     0x00
#define AML_ONE      0x01
#define AML_NAME     0x08
#define AML_BYTE     0x0a
#define AML_WORD     0x0b
#define AML_DWORD    0x0c
#define AML_QWORD    0x0e
#define AML_PACKAGE  0x12
#define AML_ROOT     '\\'

#define NAME         "_S5_"
#define NAME_LENGTH  4
#define SLP_TYP_MAX  7          /* three bits of PM1_CNT */

struct aml {
    const uint8_t *at, *end;
};

static bool take_byte(struct aml *aml, uint8_t *byte)
{
    if (aml->at == aml->end)
        return false;
    *byte = *aml->at++;
    return true;
}

static bool take_integer(struct aml *aml, unsigned bytes, uint64_t *value)
{
    uint8_t byte;

    *value = 0;
    for (unsigned i = 0; i < bytes; i++) {
        if (!take_byte(aml, &byte))
            return false;
        *value |= (uint64_t)byte << (8 * i);
    }
    return true;
}

/* 20.2.3, ComputationalData, as far as it is an integer */
static bool take_element(struct aml *aml, uint64_t *value)
{
    uint8_t prefix;

    if (!take_byte(aml, &prefix))
        return false;

    switch (prefix) {
    case AML_ZERO:
    case AML_ONE:
        *value = prefix;
        return true;
    case AML_BYTE:
        return take_integer(aml, 1, value);
    case AML_WORD:
        return take_integer(aml, 2, value);
    case AML_DWORD:
        return take_integer(aml, 4, value);
    case AML_QWORD:
        return take_integer(aml, 8, value);
    default:
        return false;
    }
}

/* 20.2.4: the length counts its own bytes too.  Cuts `aml` to the package. */
static bool enter_package(struct aml *aml)
{
    const uint8_t *start = aml->at;
    uint8_t lead;
    uint64_t length, rest;

    if (!take_byte(aml, &lead))
        return false;

    unsigned following = lead >> 6;

    if (following == 0) {
        length = lead & 0x3f;
    } else {
        if ((lead & 0x30) != 0 || !take_integer(aml, following, &rest))
            return false;
        length = (lead & 0x0f) | rest << 4;
    }

    if (length > (uint64_t)(aml->end - start) || start + length < aml->at)
        return false;
    aml->end = start + length;
    return true;
}

static bool take_s5(struct aml *aml, struct acpi_tables *tables)
{
    uint64_t a, b;
    uint8_t byte, nr_elements;

    if (!take_byte(aml, &byte) || byte != AML_PACKAGE ||
        !enter_package(aml) || !take_byte(aml, &nr_elements) ||
        nr_elements == 0 || !take_element(aml, &a))
        return false;

    /* A lone integer has both values in it, a byte each. */
    if (nr_elements == 1) {
        b = a >> 8;
        a &= 0xff;
    } else if (!take_element(aml, &b)) {
        return false;
    }

    if (a > SLP_TYP_MAX || b > SLP_TYP_MAX)
        return false;
    tables->has_s5 = true;
    tables->s5_type_a = (uint8_t)a;
    tables->s5_type_b = (uint8_t)b;
    return true;
}

/* NameOp just before the name, or before the root's backslash. */
static bool is_named(const uint8_t *name, const uint8_t *start)
{
    if (name - start >= 2 && name[-1] == AML_ROOT)
        name--;
    return name - start >= 1 && name[-1] == AML_NAME;
}

void acpi_find_s5(const struct description_header *table,
                  struct acpi_tables *tables)
{
    const uint8_t *start = (const uint8_t *)(table + 1);
    const uint8_t *end = (const uint8_t *)table + table->length;

    for (const uint8_t *at = start; end - at > NAME_LENGTH; at++) {
        struct aml aml = { at + NAME_LENGTH, end };

        if (memcmp(at, NAME, NAME_LENGTH) == 0 && is_named(at, start) &&
            take_s5(&aml, tables))
            return;
    }
}
