/* SPDX-License-Identifier: MIT */
#include <lib/console.h>
#include <lib/string.h>

#include <stdint.h>

/* Where the text goes; `length` counts on when it's full. */
struct output {
    char *start;
    size_t size;
    size_t length;
};

enum length_modifier {
    LENGTH_CHAR, LENGTH_SHORT, LENGTH_INT, LENGTH_LONG, LENGTH_SIZE,
};

struct conversion {
    bool left, zeros, alternate, plus, space;
    bool has_precision;
    unsigned width, precision;
    enum length_modifier length;
    char specifier;
};

/* A va_list passed on by address: as a parameter it might be an array. */
struct arguments {
    va_list list;
};

#define MAX_DIGITS 22                   /* 2^64 in octal */
#define POINTER_DIGITS 16

static void put(struct output *out, char c)
{
    if (out->length < out->size)
        out->start[out->length] = c;
    out->length++;
}

static void put_many(struct output *out, char c, size_t count)
{
    while (count-- > 0)
        put(out, c);
}

static void put_text(struct output *out, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        put(out, text[i]);
}

static void put_padded(struct output *out, const struct conversion *how,
                       const char *text, size_t length)
{
    size_t padding = how->width > length ? how->width - length : 0;

    if (!how->left)
        put_many(out, ' ', padding);
    put_text(out, text, length);
    if (how->left)
        put_many(out, ' ', padding);
}

/* The digits end at `end`; returns where they begin.  None for 0. */
static char *make_digits(char *end, uint64_t value, unsigned base, bool upper)
{
    const char *digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";

    for (; value != 0; value /= base)
        *--end = digits[value % base];
    return end;
}

static unsigned base_of(char specifier)
{
    switch (specifier) {
    case 'x': case 'X': case 'p':
        return 16;
    case 'o':
        return 8;
    default:
        return 10;
    }
}

/* ISO C11 7.21.6.1: prefix, zeros up to the precision or width, digits. */
static void put_number(struct output *out, const struct conversion *how,
                       uint64_t value, const char *prefix)
{
    char buffer[MAX_DIGITS];
    char *end = buffer + sizeof(buffer);
    char *digits = make_digits(end, value, base_of(how->specifier),
                               how->specifier == 'X');
    size_t nr_digits = end - digits;
    size_t nr_prefix = strlen(prefix);
    size_t least = how->has_precision ? how->precision : 1;

    if (how->alternate && how->specifier == 'o' && least <= nr_digits)
        least = nr_digits + 1;
    if (how->zeros && !how->left && !how->has_precision
        && how->width > nr_prefix && how->width - nr_prefix > least)
        least = how->width - nr_prefix;

    size_t zeros = least > nr_digits ? least - nr_digits : 0;
    size_t all = nr_prefix + zeros + nr_digits;
    size_t padding = how->width > all ? how->width - all : 0;

    if (!how->left)
        put_many(out, ' ', padding);
    put_text(out, prefix, nr_prefix);
    put_many(out, '0', zeros);
    put_text(out, digits, nr_digits);
    if (how->left)
        put_many(out, ' ', padding);
}

static void put_signed(struct output *out, const struct conversion *how,
                       struct arguments *from)
{
    int64_t value;

    switch (how->length) {
    case LENGTH_CHAR:
        value = (signed char)va_arg(from->list, int);
        break;
    case LENGTH_SHORT:
        value = (short)va_arg(from->list, int);
        break;
    case LENGTH_INT:
        value = va_arg(from->list, int);
        break;
    default:
        value = va_arg(from->list, long);
        break;
    }

    const char *sign = how->plus ? "+" : how->space ? " " : "";

    if (value < 0)
        put_number(out, how, -(uint64_t)value, "-");
    else
        put_number(out, how, value, sign);
}

static void put_unsigned(struct output *out, const struct conversion *how,
                         struct arguments *from)
{
    const char *prefix = "";
    uint64_t value;

    switch (how->length) {
    case LENGTH_CHAR:
        value = (unsigned char)va_arg(from->list, unsigned);
        break;
    case LENGTH_SHORT:
        value = (unsigned short)va_arg(from->list, unsigned);
        break;
    case LENGTH_INT:
        value = va_arg(from->list, unsigned);
        break;
    default:
        value = va_arg(from->list, unsigned long);
        break;
    }

    if (how->alternate && value != 0 && how->specifier == 'x')
        prefix = "0x";
    if (how->alternate && value != 0 && how->specifier == 'X')
        prefix = "0X";
    put_number(out, how, value, prefix);
}

static void put_pointer(struct output *out, const struct conversion *how,
                        struct arguments *from)
{
    struct conversion pointer = *how;

    pointer.has_precision = true;
    pointer.precision = POINTER_DIGITS;
    pointer.alternate = false;
    put_number(out, &pointer, (uintptr_t)va_arg(from->list, void *), "");
}

static void put_string(struct output *out, const struct conversion *how,
                       struct arguments *from)
{
    const char *text = va_arg(from->list, const char *);
    size_t max = how->has_precision ? how->precision : SIZE_MAX;

    if (text == NULL)           /* a log line with a hole beats no log line */
        text = "(null)";
    put_padded(out, how, text, strnlen(text, max));
}

static void put_char(struct output *out, const struct conversion *how,
                     struct arguments *from)
{
    char c = (char)va_arg(from->list, int);

    put_padded(out, how, &c, 1);
}

static const char *read_flags(const char *format, struct conversion *how)
{
    for (;; format++) {
        switch (*format) {
        case '-':
            how->left = true;
            break;
        case '0':
            how->zeros = true;
            break;
        case '#':
            how->alternate = true;
            break;
        case '+':
            how->plus = true;
            break;
        case ' ':
            how->space = true;
            break;
        default:
            return format;
        }
    }
}

static const char *read_number(const char *format, unsigned *number)
{
    for (*number = 0; *format >= '0' && *format <= '9'; format++)
        *number = *number * 10 + (*format - '0');
    return format;
}

static const char *read_width(const char *format, struct conversion *how,
                              struct arguments *from)
{
    if (*format != '*')
        return read_number(format, &how->width);

    int width = va_arg(from->list, int);

    how->left |= width < 0;
    how->width = width < 0 ? -(unsigned)width : (unsigned)width;
    return format + 1;
}

static const char *read_precision(const char *format, struct conversion *how,
                                  struct arguments *from)
{
    if (*format != '.')
        return format;

    format++;
    how->has_precision = true;
    if (*format != '*')
        return read_number(format, &how->precision);

    int precision = va_arg(from->list, int);

    how->has_precision = precision >= 0;        /* negative: as if absent */
    how->precision = precision >= 0 ? precision : 0;
    return format + 1;
}

static const char *read_length(const char *format, struct conversion *how)
{
    how->length = LENGTH_INT;
    switch (*format) {
    case 'h':
        how->length = format[1] == 'h' ? LENGTH_CHAR : LENGTH_SHORT;
        return format + (format[1] == 'h' ? 2 : 1);
    case 'l':
        how->length = LENGTH_LONG;      /* long long is as long */
        return format + (format[1] == 'l' ? 2 : 1);
    case 'z':
        how->length = LENGTH_SIZE;
        return format + 1;
    default:
        return format;
    }
}

/* False when the specifier isn't one. */
static bool convert(struct output *out, const struct conversion *how,
                    struct arguments *from)
{
    switch (how->specifier) {
    case 'd': case 'i':
        put_signed(out, how, from);
        return true;
    case 'u': case 'x': case 'X': case 'o':
        put_unsigned(out, how, from);
        return true;
    case 'p':
        put_pointer(out, how, from);
        return true;
    case 's':
        put_string(out, how, from);
        return true;
    case 'c':
        put_char(out, how, from);
        return true;
    case '%':
        put(out, '%');
        return true;
    default:
        return false;
    }
}

int vsnprintf(char *text, size_t size, const char *format, va_list arguments)
{
    struct output out = { .start = text, .size = size };
    struct arguments from;

    va_copy(from.list, arguments);
    while (*format != '\0') {
        struct conversion how = { .left = false };
        const char *next = format + 1;

        if (*format == '%') {
            next = read_flags(next, &how);
            next = read_width(next, &how, &from);
            next = read_precision(next, &how, &from);
            next = read_length(next, &how);
            how.specifier = *next;
            if (convert(&out, &how, &from)) {
                format = next + 1;
                continue;
            }
        }
        put(&out, *format++);
    }
    va_end(from.list);

    if (size > 0)
        text[out.length < size ? out.length : size - 1] = '\0';
    return out.length;
}

int snprintf(char *out, size_t size, const char *format, ...)
{
    va_list arguments;
    int length;

    va_start(arguments, format);
    length = vsnprintf(out, size, format, arguments);
    va_end(arguments);
    return length;
}
