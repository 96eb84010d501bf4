/* SPDX-License-Identifier: MIT */
#include "guest.h"

#include <stdarg.h>

#define LINE_MAX 256
#define ERRNO_MAX 4095

struct line {
    char text[LINE_MAX];
    unsigned used;
};

static void put(struct line *line, char c)
{
    if (line->used < LINE_MAX)
        line->text[line->used++] = c;
}

static void put_string(struct line *line, const char *text)
{
    while (*text)
        put(line, *text++);
}

static void put_number(struct line *line, unsigned long value, unsigned base,
                       unsigned width)
{
    char digits[24];
    unsigned n = 0;

    do
        digits[n++] = "0123456789abcdef"[value % base];
    while (value /= base);
    while (n < width)
        digits[n++] = '0';
    while (n)
        put(line, digits[--n]);
}

static void put_signed(struct line *line, long value)
{
    if (value < 0)
        put(line, '-');
    put_number(line, value < 0 ? -(unsigned long)value : (unsigned long)value,
               10, 0);
}

static void put_format(struct line *line, const char *format, va_list list)
{
    for (; *format; format++) {
        unsigned width = 0;
        bool is_long = false;

        if (*format != '%') {
            put(line, *format);
            continue;
        }
        for (format++; *format >= '0' && *format <= '9'; format++)
            width = width * 10 + (unsigned)(*format - '0');
        for (; *format == 'l'; format++)
            is_long = true;
        switch (*format) {
        case 's':
            put_string(line, va_arg(list, const char *));
            break;
        case 'c':
            put(line, (char)va_arg(list, int));
            break;
        case 'd':
            put_signed(line, is_long ? va_arg(list, long)
                                     : va_arg(list, int));
            break;
        default:
            put_number(line, is_long ? va_arg(list, unsigned long)
                                     : va_arg(list, unsigned),
                       *format == 'x' ? 16 : 10, width);
        }
    }
}

static void write_line(struct line *line)
{
    if (line->used == LINE_MAX)
        line->used--;
    put(line, '\n');
    CALL(console_io, CONSOLEIO_write, line->used, line->text);
}

void print(const char *format, ...)
{
    struct line line = { .used = 0 };
    va_list list;

    va_start(list, format);
    put_format(&line, format, list);
    va_end(list);
    write_line(&line);
}

static const char *errno_name(long error)
{
#define XEN_ERRNO(name, value) { value, #name },
    static const struct {
        long value;
        const char *name;
    } names[] = {
#include <xen/errno.h>
    };

    for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i].value == error)
            return names[i].name;
    return NULL;
}

static void put_result(struct line *line, long result)
{
    const char *name = result < 0 ? errno_name(-result) : NULL;

    put_string(line, ": ");
    if (name) {
        put(line, '-');
        put_string(line, name);
    } else if (result < -ERRNO_MAX) {
        put_string(line, "0x");
        put_number(line, (unsigned long)result, 16, 0);
    } else {
        put_signed(line, result);
    }
}

void report(long result, const char *format, ...)
{
    struct line line = { .used = 0 };
    va_list list;

    va_start(list, format);
    put_format(&line, format, list);
    va_end(list);
    put_result(&line, result);
    write_line(&line);
}

void report_sign(long result, const char *format, ...)
{
    struct line line = { .used = 0 };
    va_list list;

    va_start(list, format);
    put_format(&line, format, list);
    va_end(list);
    if (result > 0)
        put_string(&line, ": > 0");
    else
        put_result(&line, result);
    write_line(&line);
}
