/* SPDX-License-Identifier: MIT */
/*
 * microxen's log, and the devices it goes to.
 */
#ifndef LIB_CONSOLE_H
#define LIB_CONSOLE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct console_device {
    const char *name;                           /* as in console= */
    /* False: not there, or not usable; never called again then. */
    bool (*start)(const char *settings);        /* value of com1= etc. */
    void (*write)(const char *text, size_t length);
    /* Next byte of input, or -1; NULL: output only. */
    int (*read)(void);
};

/* Start the devices named in `names` ("com1,vga"); unknown names are told. */
void console_start(const char *names);

/* Raw bytes to every started device, as CONSOLEIO_write wants them. */
void console_write(const char *text, size_t length);

/* Next byte of input from any device, or -1. */
int console_read(void);

/*
 * A line of the log: "(XEN) " is put before each line.  Formats: %d %i %u
 * %x %o %c %s %p %% with flags 0 - # + space, width, .precision, *, and
 * sizes hh h l ll z; %p prints 16 hex digits.
 */
void printk(const char *format, ...) __attribute__((format(printf, 1, 2)));
void vprintk(const char *format, va_list arguments);

/* As ISO C's. */
int snprintf(char *out, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
int vsnprintf(char *out, size_t size, const char *format, va_list arguments);

#endif
