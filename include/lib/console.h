/* SPDX-License-Identifier: MIT */
/*
 * microxen's log, and the devices it goes to.
 */
#ifndef LIB_CONSOLE_H
#define LIB_CONSOLE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONSOLE_DEVICES_MAX 8
#define CONSOLE_LOG_SIZE    16384       /* bytes of log kept; a power of 2 */

enum console_mode {
    CONSOLE_BUFFERED,           /* a device may send later, by interrupt */
    CONSOLE_SYNCHRONOUS,        /* sent when write() returns: sync_console */
    CONSOLE_PANIC,              /* the same, and nobody else is respected */
};

struct console_device {
    const char *name;                           /* as in console= */
    /* False: not there, or not usable; never called again then. */
    bool (*start)(const char *settings);        /* value of com1= etc. */
    void (*write)(const char *text, size_t length);
    /* Next byte of input, or -1; NULL: output only. */
    int (*read)(void);
    /* NULL: write() is synchronous anyhow. */
    void (*set_mode)(enum console_mode mode);
    bool log_only;              /* console_write() is for other devices */
};

/*
 * Make a device known under its name, before console_start().  `settings`
 * is what start() will get: the value of its own option, or "".  Both have
 * to stay.  Devices beyond CONSOLE_DEVICES_MAX are told and left out.
 */
void console_register(const struct console_device *device,
                      const char *settings);

/*
 * Start the devices named in `names` ("com1,vga"); unknown names are told,
 * "none" names no device.  What was logged before is sent to each device as
 * it starts.
 */
void console_start(const char *names);

/*
 * Raw bytes to every started device, as CONSOLEIO_write wants them.  They
 * don't enter the log.  No CR is put before LF: Linux sends its own, and a
 * terminal in raw mode means LF alone (xen.gz adds one more CR).
 */
void console_write(const char *text, size_t length);

/* Next byte of input from any device, or -1. */
int console_read(void);

/* `sync_console`: no device sends later than write() returns. */
void console_set_synchronous(bool on);

/*
 * From here on everything has to be seen: devices are made synchronous,
 * take back what a guest may have left them in, and open lines are ended.
 * There is no way back.
 */
void console_panic(void);

/*
 * Copy log text from *position on, or from the oldest byte still kept if
 * that is later (0 always means the oldest).  Returns the bytes copied and
 * moves *position behind them.  Lines end in LF and begin with "(XEN) ".
 */
size_t console_log_read(uint32_t *position, char *out, size_t size);

/* Forget the log before `position`, one that console_log_read() gave. */
void console_log_clear(uint32_t position);

/*
 * A line of the log: "(XEN) " is put before each line.  Formats: %d %i %u
 * %x %o %c %s %p %% with flags 0 - # + space, width, .precision, *, and
 * sizes hh h l ll z; %p prints 16 hex digits.  Text of one call beyond
 * 1 KiB is cut, which "..." shows.  Usable before console_start().
 */
void printk(const char *format, ...) __attribute__((format(printf, 1, 2)));
void vprintk(const char *format, va_list arguments);

/* As ISO C's. */
int snprintf(char *out, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
int vsnprintf(char *out, size_t size, const char *format, va_list arguments);

/*
 * The lock that the functions above take: for who uses a console's device
 * directly, while the kernel runs.
 */
void console_lock(void);
void console_unlock(void);

#endif
