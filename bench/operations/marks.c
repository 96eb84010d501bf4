/* SPDX-License-Identifier: MIT */
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>

#include "marks.h"

enum { LINE_MAX_BYTES = 256 };

static void say_byte(unsigned char byte)
{
    for (int bit = 0; bit < CHAR_BIT; bit++) {
        if (byte >> bit & 1)
            mark(MARK_BIT_1);
        else
            mark(MARK_BIT_0);
    }
}

void say_quietly(const char *line)
{
    for (const char *byte = line; *byte; byte++)
        say_byte(*byte);
    say_byte('\n');
}

void say(const char *format, ...)
{
    char line[LINE_MAX_BYTES];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(line, sizeof(line), format, arguments);
    va_end(arguments);
    puts(line);
    fflush(stdout);
    say_quietly(line);
}
