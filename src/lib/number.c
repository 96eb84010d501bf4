/* SPDX-License-Identifier: MIT */
#include <lib/number.h>

#include <stddef.h>

static unsigned digit_value(char c)
{
    if (c >= '0' && c <= '9')
        return (unsigned)(c - '0');
    if (c >= 'a' && c <= 'f')
        return (unsigned)(c - 'a') + 10;
    if (c >= 'A' && c <= 'F')
        return (unsigned)(c - 'A') + 10;
    return UINT32_MAX;
}

const char *number_parse(const char *text, const char *end, uint64_t *value)
{
    const char *first;
    unsigned base = 10;

    if (end - text > 2 && text[0] == '0'
        && (text[1] == 'x' || text[1] == 'X')) {
        base = 16;
        text += 2;
    } else if (text < end && text[0] == '0') {
        base = 8;
    }

    *value = 0;
    for (first = text; text < end && digit_value(*text) < base; text++)
        if (__builtin_mul_overflow(*value, base, value)
            || __builtin_add_overflow(*value, digit_value(*text), value))
            return NULL;
    return text > first ? text : NULL;
}
