/* SPDX-License-Identifier: MIT */
#include "runtime.h"

#include <linux/mman.h>
#include <asm/signal.h>

enum { CHECK_SECONDS = 60, STDOUT = 1 };

static const char *here;

void *memset(void *to, int byte, size_t size)
{
    for (size_t i = 0; i < size; i++)
        ((volatile char *)to)[i] = byte;
    return to;
}

void *memcpy(void *to, const void *from, size_t size)
{
    for (size_t i = 0; i < size; i++)
        ((volatile char *)to)[i] = ((const char *)from)[i];
    return to;
}

void exit_now(int status)
{
    for (;;)
        CALL1(__NR_exit_group, status);
}

void *map_memory(uintptr_t address, size_t size, int protection)
{
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | (address ? MAP_FIXED : 0);
    uint32_t result = CALL6(__NR_mmap2, address, size, protection, flags, -1,
                            0);
    if (result > (uint32_t)-4096)
        give_up("map memory");
    return (void *)result;
}

struct text {
    char *at, *end;
};

static void put_character(struct text *text, char c)
{
    if (text->at < text->end)
        *text->at++ = c;
}

static void put_string(struct text *text, const char *string)
{
    while (*string)
        put_character(text, *string++);
}

static void put_number(struct text *text, uint32_t number, uint32_t base)
{
    char digits[12];
    int count = 0;
    do
        digits[count++] = "0123456789abcdef"[number % base];
    while (number /= base);
    while (count)
        put_character(text, digits[--count]);
}

static void put_signed(struct text *text, int32_t number)
{
    if (number < 0)
        put_character(text, '-');
    put_number(text, number < 0 ? -(uint32_t)number : (uint32_t)number, 10);
}

static void put_list(struct text *text, const char *format, va_list list)
{
    for (; *format; format++) {
        if (*format != '%') {
            put_character(text, *format);
            continue;
        }
        switch (*++format) {
        case 's': put_string(text, va_arg(list, const char *)); break;
        case 'd': put_signed(text, va_arg(list, int)); break;
        case 'x': put_number(text, va_arg(list, uint32_t), 16); break;
        default:  put_string(text, "(bad format)"); return;
        }
    }
}

void format_text(char *text, size_t size, const char *format, ...)
{
    struct text to = { text, text + size - 1 };
    va_list list;
    va_start(list, format);
    put_list(&to, format, list);
    va_end(list);
    *to.at = '\0';
}

/* In one piece, unless a signal interrupts it. */
static void write_line(const char *line, long length)
{
    while (length > 0) {
        long written = CALL3(__NR_write, STDOUT, line, length);
        if (written < 0 && written != -EINTR_32)
            exit_now(1);
        if (written > 0) {
            line += written;
            length -= written;
        }
    }
}

static void observe_list(const char *name, const char *format, va_list list)
{
    char line[512];
    struct text to = { line, line + sizeof(line) - 1 };
    put_string(&to, "compat32/");
    put_string(&to, name);
    put_string(&to, ": ");
    put_list(&to, format, list);
    to.end++;
    put_character(&to, '\n');
    write_line(line, to.at - line);
}

void observe(const char *name, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    observe_list(name, format, list);
    va_end(list);
}

void observe_here(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    observe_list(here, format, list);
    va_end(list);
}

void give_up(const char *what)
{
    observe_here("cannot %s", what);
    exit_now(0);
}

/* No timer here: the child's own alarm ends it, which no check may block. */
void check(const char *name, void (*body)(void))
{
    int status = 0;
    here = name;
    long child = CALL0(__NR_fork);
    if (child == 0) {
        CALL2(__NR_setpgid, 0, 0);
        CALL1(__NR_alarm, CHECK_SECONDS);
        body();
        exit_now(0);
    }
    CALL3(__NR_waitpid, child, &status, 0);
    CALL2(__NR_kill, -child, SIGKILL);
    int signal_number = status & 0x7f;
    if (signal_number == SIGALRM)
        observe_here("HANG");
    else if (signal_number)
        observe_here("killed by signal %d", signal_number);
    else if (status >> 8)
        observe_here("exit %d", status >> 8);
}
