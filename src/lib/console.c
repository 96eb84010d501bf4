/* SPDX-License-Identifier: MIT */
/*
 * The log and its devices.
 *
 * Log text passes through a ring in memory, from which a device that starts
 * later gets what it missed and a control tool can read ("xl dmesg").
 *
 * What CPUs call while the kernel runs takes one lock; a panic breaks it.
 */
#include <lib/console.h>
#include <lib/spinlock.h>
#include <lib/string.h>

#define PREFIX       "(XEN) "
#define CUT_MARK     "...\n"
#define PRINTK_MAX   1024

_Static_assert((CONSOLE_LOG_SIZE & (CONSOLE_LOG_SIZE - 1)) == 0,
               "positions wrap at 2^32, which must be a multiple");

static struct {
    const struct console_device *device;
    const char *settings;
    bool started;
} slots[CONSOLE_DEVICES_MAX];
static unsigned nr_slots;

static struct {
    uint32_t oldest;            /* positions: bytes ever logged, mod 2^32 */
    uint32_t end;
    char text[CONSOLE_LOG_SIZE];
} ring;

static struct spinlock lock;
static enum console_mode mode;
static bool log_line_open;      /* the log's last byte was no LF */
static bool guest_line_open;    /* the same of console_write() */

void console_lock(void)
{
    spin_lock(&lock);
}

void console_unlock(void)
{
    spin_unlock(&lock);
}

static void send(const char *text, size_t length)
{
    for (unsigned i = 0; i < nr_slots; i++)
        if (slots[i].started && !slots[i].device->log_only)
            slots[i].device->write(text, length);
}

/* A terminal wants CR LF; the log is kept with LF alone. */
static void device_write_log(const struct console_device *device,
                             const char *text, size_t length)
{
    while (length != 0) {
        const char *newline = memchr(text, '\n', length);
        size_t line = newline != NULL ? (size_t)(newline - text) : length;

        if (line != 0)
            device->write(text, line);
        if (newline == NULL)
            return;
        device->write("\r\n", 2);
        text += line + 1;
        length -= line + 1;
    }
}

static void ring_append(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        ring.text[ring.end++ % CONSOLE_LOG_SIZE] = text[i];

    if (ring.end - ring.oldest > CONSOLE_LOG_SIZE)
        ring.oldest = ring.end - CONSOLE_LOG_SIZE;
}

static void log_append(const char *text, size_t length)
{
    ring_append(text, length);
    for (unsigned i = 0; i < nr_slots; i++)
        if (slots[i].started)
            device_write_log(slots[i].device, text, length);
}

static void log_lines(const char *text, size_t length)
{
    if (guest_line_open && length != 0) {
        send("\r\n", 2);
        guest_line_open = false;
    }

    while (length != 0) {
        const char *newline = memchr(text, '\n', length);
        size_t line = newline != NULL ? (size_t)(newline - text) + 1 : length;

        if (!log_line_open)
            log_append(PREFIX, sizeof(PREFIX) - 1);
        log_append(text, line);
        log_line_open = newline == NULL;
        text += line;
        length -= line;
    }
}

void vprintk(const char *format, va_list arguments)
{
    char text[PRINTK_MAX];
    int length = vsnprintf(text, sizeof(text), format, arguments);

    if (length <= 0)
        return;

    if ((size_t)length >= sizeof(text)) {
        memcpy(text + sizeof(text) - sizeof(CUT_MARK), CUT_MARK,
               sizeof(CUT_MARK));
        length = sizeof(text) - 1;
    }
    spin_lock(&lock);
    log_lines(text, (size_t)length);
    spin_unlock(&lock);
}

void printk(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vprintk(format, arguments);
    va_end(arguments);
}

void console_write(const char *text, size_t length)
{
    if (length == 0)
        return;

    spin_lock(&lock);
    /* The guest's text doesn't go on where a line of the log stopped. */
    if (log_line_open)
        log_lines("\n", 1);
    send(text, length);
    guest_line_open = text[length - 1] != '\n';
    spin_unlock(&lock);
}

static int read_any(void)
{
    for (unsigned i = 0; i < nr_slots; i++) {
        if (!slots[i].started || slots[i].device->read == NULL)
            continue;

        int byte = slots[i].device->read();

        if (byte >= 0)
            return byte;
    }
    return -1;
}

int console_read(void)
{
    int byte;

    spin_lock(&lock);
    byte = read_any();
    spin_unlock(&lock);
    return byte;
}

void console_register(const struct console_device *device,
                      const char *settings)
{
    if (nr_slots == CONSOLE_DEVICES_MAX) {
        printk("Console %s is one too many, and left out\n", device->name);
        return;
    }
    slots[nr_slots].device = device;
    slots[nr_slots].settings = settings;
    slots[nr_slots].started = false;
    nr_slots++;
}

static void replay(const struct console_device *device)
{
    char text[128];
    uint32_t position = 0;
    size_t length;

    while ((length = console_log_read(&position, text, sizeof(text))) != 0)
        device_write_log(device, text, length);
}

static void start_slot(unsigned i)
{
    const struct console_device *device = slots[i].device;

    if (slots[i].started)
        return;

    if (!device->start(slots[i].settings)) {
        printk("Console %s is not there, or not usable\n", device->name);
        return;
    }
    if (device->set_mode != NULL)
        device->set_mode(mode);
    replay(device);
    slots[i].started = true;
}

static void start_named(const char *name, size_t length)
{
    if (length == 0 || (length == 4 && memcmp(name, "none", 4) == 0))
        return;

    for (unsigned i = 0; i < nr_slots; i++) {
        const char *known = slots[i].device->name;

        if (strlen(known) == length && memcmp(known, name, length) == 0) {
            start_slot(i);
            return;
        }
    }
    printk("Unknown console \"%.*s\"\n", (int)length, name);
}

void console_start(const char *names)
{
    for (;;) {
        const char *comma = strchr(names, ',');
        size_t length = comma != NULL ? (size_t)(comma - names)
                                      : strlen(names);

        start_named(names, length);
        if (comma == NULL)
            return;
        names = comma + 1;
    }
}

static void set_mode(enum console_mode new_mode)
{
    mode = new_mode;
    for (unsigned i = 0; i < nr_slots; i++)
        if (slots[i].started && slots[i].device->set_mode != NULL)
            slots[i].device->set_mode(new_mode);
}

void console_set_synchronous(bool on)
{
    spin_lock(&lock);
    if (mode != CONSOLE_PANIC)
        set_mode(on ? CONSOLE_SYNCHRONOUS : CONSOLE_BUFFERED);
    spin_unlock(&lock);
}

void console_panic(void)
{
    spin_break(&lock);
    set_mode(CONSOLE_PANIC);
    if (log_line_open)
        log_lines("\n", 1);
}

size_t console_log_read(uint32_t *position, char *out, size_t size)
{
    uint32_t kept = ring.end - ring.oldest;
    size_t length;

    /* Also true of 0 after the first 16 KiB, and of made-up positions. */
    if (ring.end - *position > kept)
        *position = ring.oldest;

    length = ring.end - *position;
    if (length > size)
        length = size;
    for (size_t i = 0; i < length; i++)
        out[i] = ring.text[(*position + i) % CONSOLE_LOG_SIZE];

    *position += (uint32_t)length;
    return length;
}

void console_log_clear(uint32_t position)
{
    if (ring.end - position <= ring.end - ring.oldest)
        ring.oldest = position;
}
