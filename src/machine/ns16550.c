/* SPDX-License-Identifier: MIT */
/*
 * Serial ports.  Everything sent passes through the transmit ring, which is
 * emptied at once by polling or later by interrupts; so order is kept
 * whatever the mode changes to.
 */
#include <lib/byte_ring.h>
#include <machine/io.h>
#include <machine/ns16550.h>
#include <machine/tlb.h>
#include "ns16550_registers.h"

#define TRANSMIT_RING  16384
#define RECEIVE_RING   4096

/*
 * Reads of LSR before a UART counts as stuck.  No bus does more than a few
 * million a second, so it is a time that 16 characters at 300 baud fit in.
 * Whoever reads what one sends may pause for longer (a BMC, the reader of an
 * emulator's output), and shall find it all.
 */
#define PATIENCE       1000000
#define LONG_PATIENCE  (16 * PATIENCE)  /* with one that has sent before */

/* Calls of rearm() that see IER 0 before we believe that a probe is over:
   Linux's console also clears it for the length of one line. */
#define TAKE_BACK_AFTER  4

/* A stuck interrupt line must not keep us for ever. */
#define INTERRUPT_ROUNDS  64

#define MCR_OURS  (MCR_DTR | MCR_RTS | MCR_OUT2)

struct ns16550 {
    struct ns16550_settings settings;
    enum console_mode mode;
    bool started;
    bool stuck;                 /* didn't get ready in time */
    bool began, sends;          /* it got ready; and again after that */
    bool never_sent;            /* got ready, but never said that all is out */
    bool routed;                /* interrupts reach us */
    bool receive_wanted;
    bool guests;                /* the guest's driver seems to have it */
    unsigned zero_seen;         /* towards TAKE_BACK_AFTER */
    uint8_t ier;                /* what we wrote */
    struct byte_ring transmit, receive;
};

static char transmit_bytes[NS16550_PORTS][TRANSMIT_RING];
static char receive_bytes[NS16550_PORTS][RECEIVE_RING];

#define PORT(number, base, isa_irq)                                     \
    [number] = {                                                        \
        .settings = { .base_baud = 115200, .line_control = 3,           \
                      .io_base = base, .irq = isa_irq },                \
        .transmit = { transmit_bytes[number], TRANSMIT_RING, 0, 0 },    \
        .receive = { receive_bytes[number], RECEIVE_RING, 0, 0 },       \
    }

static struct ns16550 uarts[NS16550_PORTS] = {
    PORT(NS16550_COM1, 0x3f8, 4),
    PORT(NS16550_COM2, 0x2f8, 3),
};

static uint8_t get(const struct ns16550 *uart, unsigned reg)
{
    return inb((uint16_t)(uart->settings.io_base + reg));
}

static void put(const struct ns16550 *uart, unsigned reg, uint8_t value)
{
    outb((uint16_t)(uart->settings.io_base + reg), value);
}

/* Two registers that hold different values, so it is no echo of the bus. */
static bool is_present(const struct ns16550 *uart)
{
    bool present;

    put(uart, LCR, uart->settings.line_control);
    put(uart, MCR, MCR_DTR | MCR_RTS);
    if (get(uart, LSR) == LSR_ABSENT)
        return false;

    put(uart, IER, IER_DEFINED);
    put(uart, SCR, 0xa5);
    present = (get(uart, IER) & IER_DEFINED) == IER_DEFINED &&
              get(uart, SCR) == 0xa5;

    put(uart, IER, 0);
    put(uart, SCR, 0x5a);
    return present && (get(uart, IER) & IER_DEFINED) == 0 &&
           get(uart, SCR) == 0x5a;
}

static void program_divisor(const struct ns16550 *uart)
{
    const struct ns16550_settings *settings = &uart->settings;
    unsigned divisor;

    put(uart, LCR, settings->line_control | LCR_DLAB);
    divisor = get(uart, DLL) | (unsigned)get(uart, DLM) << 8;

    /* "auto" keeps what firmware set, unless nobody has set anything. */
    if (settings->baud != 0)
        divisor = settings->base_baud / settings->baud;
    else if (divisor == 0)
        divisor = 1;

    put(uart, DLL, (uint8_t)divisor);
    put(uart, DLM, (uint8_t)(divisor >> 8));
    put(uart, LCR, settings->line_control);
}

static bool has_room(const struct ns16550 *uart)
{
    uint8_t lsr = get(uart, LSR);

    return lsr != LSR_ABSENT && (lsr & LSR_THR_EMPTY) != 0;
}

static void program(struct ns16550 *uart)
{
    /* Clearing the FIFO loses what the loader, or we, sent last. */
    for (unsigned i = PATIENCE; i != 0 && !has_room(uart); i--)
        __builtin_ia32_pause();

    put(uart, LCR, uart->settings.line_control);
    put(uart, IER, 0);
    program_divisor(uart);
    put(uart, FCR, FCR_ENABLE | FCR_CLEAR | FCR_TRIGGER_14);
    put(uart, MCR, MCR_OURS);
    uart->ier = 0;
    uart->guests = false;
    uart->zero_seen = 0;
}

/* Not while a driver of the guest's is in the middle of a probe. */
static bool is_touchable(const struct ns16550 *uart)
{
    if (uart->mode == CONSOLE_PANIC)
        return true;
    return (get(uart, LCR) & LCR_DLAB) == 0 &&
           (get(uart, MCR) & MCR_LOOP) == 0;
}

static bool is_deferred(const struct ns16550 *uart)
{
    return uart->routed && uart->mode == CONSOLE_BUFFERED && !uart->guests;
}

static void update_ier(struct ns16550 *uart)
{
    uint8_t wanted = 0;

    if (uart->guests)
        return;
    if (uart->receive_wanted && byte_ring_room(&uart->receive) != 0)
        wanted |= IER_RECEIVED;
    if (is_deferred(uart) && byte_ring_used(&uart->transmit) != 0)
        wanted |= IER_TRANSMITTER;
    if (wanted != uart->ier)
        put(uart, IER, wanted);
    uart->ier = wanted;
}

/*
 * How many bytes THR takes when it is empty.  A probe leaves the FIFO off;
 * IIR tells, but reading it takes the guest's driver its interrupt.
 */
static unsigned burst_size(const struct ns16550 *uart)
{
    if (uart->guests)
        return 1;
    if ((get(uart, IIR) & IIR_FIFO) == IIR_FIFO)
        return FIFO_BYTES;

    put(uart, FCR, FCR_ENABLE | FCR_TRIGGER_14);
    return 1;
}

static void send_burst(struct ns16550 *uart)
{
    for (unsigned room = burst_size(uart); room != 0; room--) {
        if (byte_ring_used(&uart->transmit) == 0)
            return;
        put(uart, THR, byte_ring_get(&uart->transmit));
    }
}

static unsigned patience(const struct ns16550 *uart)
{
    if (uart->stuck)
        return 1;
    return uart->sends ? LONG_PATIENCE : PATIENCE;
}

/* Others may go on meanwhile, once there are others (and this_cpu()). */
static void wait_a_little(const struct ns16550 *uart)
{
    if (uart->routed && uart->mode == CONSOLE_BUFFERED)
        tlb_serve();
    __builtin_ia32_pause();
}

static void poll_burst(struct ns16550 *uart)
{
    for (unsigned i = patience(uart); i != 0; i--) {
        if (has_room(uart)) {
            uart->stuck = false;
            uart->sends = uart->began;
            uart->began = true;
            send_burst(uart);
            return;
        }
        wait_a_little(uart);
    }

    /* Text for a UART that doesn't take it must not hold up the others. */
    uart->stuck = true;
    uart->transmit.out = uart->transmit.in;
}

/* The machine may end next, and take with it what the FIFO has. */
static void wait_until_sent(struct ns16550 *uart)
{
    if (uart->stuck || uart->never_sent)
        return;
    for (unsigned i = PATIENCE; i != 0; i--) {
        if ((get(uart, LSR) & LSR_SENT) != 0)
            return;
        __builtin_ia32_pause();
    }
    uart->never_sent = true;
}

static void flush(struct ns16550 *uart)
{
    while (byte_ring_used(&uart->transmit) != 0)
        poll_burst(uart);
    if (uart->mode != CONSOLE_BUFFERED)
        wait_until_sent(uart);
}

static void uart_write(struct ns16550 *uart, const char *text, size_t length)
{
    bool touchable = is_touchable(uart);

    for (;;) {
        size_t taken = byte_ring_put(&uart->transmit, text, length);

        text += taken;
        length -= taken;
        if (!touchable)
            return;
        if (length == 0)
            break;
        poll_burst(uart);
    }

    if (!is_deferred(uart))
        flush(uart);
    else if (has_room(uart))
        send_burst(uart);
    update_ier(uart);
}

static void take_received(struct ns16550 *uart)
{
    while (byte_ring_room(&uart->receive) != 0) {
        uint8_t lsr = get(uart, LSR);

        if (lsr == LSR_ABSENT || (lsr & LSR_RECEIVED) == 0)
            return;

        char byte = (char)get(uart, RBR);

        if ((lsr & LSR_BREAK) == 0)
            byte_ring_put(&uart->receive, &byte, 1);
    }
}

static int uart_read(struct ns16550 *uart)
{
    if (byte_ring_used(&uart->receive) == 0) {
        if (uart->guests || !is_touchable(uart))
            return -1;
        take_received(uart);
        if (byte_ring_used(&uart->receive) == 0)
            return -1;
    }

    int byte = byte_ring_get(&uart->receive);

    /* Bytes were left in the FIFO, and their interrupt off, if it was full. */
    if (byte_ring_room(&uart->receive) == 1 && is_touchable(uart))
        update_ier(uart);
    return byte;
}

static void uart_set_mode(struct ns16550 *uart, enum console_mode mode)
{
    uart->mode = mode;
    if (mode == CONSOLE_PANIC)
        program(uart);
    if (mode != CONSOLE_BUFFERED && is_touchable(uart))
        flush(uart);
    if (is_touchable(uart))
        update_ier(uart);
}

static bool uart_start(struct ns16550 *uart, const char *name,
                       const char *text)
{
    if (!ns16550_parse(text, &uart->settings)) {
        printk("%s=%s is not understood; using 115200,8n1\n", name, text);
        uart->settings.baud = 115200;
    }
    if (!is_present(uart))
        return false;
    program(uart);
    uart->started = true;
    return true;
}

unsigned ns16550_irq(enum ns16550_port port)
{
    return uarts[port].started ? uarts[port].settings.irq : 0;
}

uint16_t ns16550_io_base(enum ns16550_port port)
{
    return uarts[port].started ? uarts[port].settings.io_base : 0;
}

void ns16550_interrupts(enum ns16550_port port, bool on)
{
    struct ns16550 *uart = &uarts[port];

    if (!uart->started || uart->settings.irq == 0)
        return;
    uart->routed = on;
    if (!is_touchable(uart))
        return;
    if (!on)
        flush(uart);
    update_ier(uart);
}

void ns16550_receive_interrupt(enum ns16550_port port, bool on)
{
    struct ns16550 *uart = &uarts[port];

    uart->receive_wanted = on;
    if (uart->started && is_touchable(uart))
        update_ier(uart);
}

bool ns16550_interrupt(enum ns16550_port port)
{
    struct ns16550 *uart = &uarts[port];

    if (!uart->started || uart->guests || !is_touchable(uart))
        return false;

    /* ISA interrupts are edges: the line has to be low when we leave. */
    for (unsigned i = 0; i < INTERRUPT_ROUNDS; i++) {
        if ((get(uart, IIR) & IIR_NONE) != 0)
            break;
        take_received(uart);
        if (has_room(uart))
            send_burst(uart);
        get(uart, MSR);         /* ends a modem interrupt left by a probe */
        update_ier(uart);
    }
    return byte_ring_used(&uart->receive) != 0;
}

static enum ns16550_state who_has(struct ns16550 *uart)
{
    uint8_t ier = get(uart, IER) & IER_DEFINED;

    if (ier == uart->ier) {
        /* Linux's probe restores IER, and then sets DTR alone. */
        if ((get(uart, MCR) & MCR_OURS) != MCR_OURS)
            put(uart, MCR, MCR_OURS);
        uart->zero_seen = 0;
        uart->guests = false;
        return NS16550_OURS;
    }

    uart->guests = true;
    uart->zero_seen = ier == 0 ? uart->zero_seen + 1 : 0;
    if (uart->zero_seen < TAKE_BACK_AFTER)
        return NS16550_GUESTS;

    program(uart);
    return NS16550_OURS;
}

enum ns16550_state ns16550_rearm(enum ns16550_port port)
{
    struct ns16550 *uart = &uarts[port];
    enum ns16550_state state;

    if (!uart->started || get(uart, LSR) == LSR_ABSENT)
        return NS16550_ABSENT;
    if (!is_touchable(uart))
        return NS16550_BUSY;

    state = who_has(uart);
    if (has_room(uart))
        send_burst(uart);
    update_ier(uart);
    return state;
}

/* console_device's functions have no argument to tell the port by. */
#define CONSOLE_FUNCTIONS(name, port)                           \
    static bool name##_start(const char *settings)              \
    {                                                           \
        return uart_start(&uarts[port], #name, settings);       \
    }                                                           \
    static void name##_write(const char *text, size_t length)   \
    {                                                           \
        uart_write(&uarts[port], text, length);                 \
    }                                                           \
    static int name##_read(void)                                \
    {                                                           \
        return uart_read(&uarts[port]);                         \
    }                                                           \
    static void name##_set_mode(enum console_mode mode)         \
    {                                                           \
        uart_set_mode(&uarts[port], mode);                      \
    }

CONSOLE_FUNCTIONS(com1, NS16550_COM1)
CONSOLE_FUNCTIONS(com2, NS16550_COM2)

const struct console_device ns16550_consoles[NS16550_PORTS] = {
    [NS16550_COM1] = { "com1", com1_start, com1_write, com1_read,
                       com1_set_mode },
    [NS16550_COM2] = { "com2", com2_start, com2_write, com2_read,
                       com2_set_mode },
};
