/* SPDX-License-Identifier: MIT */
/* sources: src/machine/ns16550_settings.c src/lib/number.c */
/*
 * The serial port's driver on a model of a 16550A, which is in the place of
 * machine/io.h, and a guest's driver that gets in its way.
 */
#define MACHINE_IO_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <lib/console.h>

#include "unit_test.h"

static uint8_t inb(uint16_t port);
static void outb(uint16_t port, uint8_t value);

/* Its state has to be cleared for each test. */
#include "../../src/machine/ns16550.c"

#define COM1_BASE 0x3f8

static struct {
    bool present;
    bool stuck;                 /* never sends anything */
    bool manual;                /* sends when told, by send_fifo() */
    unsigned paused;            /* for so many looks it sends nothing */
    bool never_sent;            /* doesn't tell that it has sent everything */
    uint8_t ier, lcr, mcr, scr, dll, dlm;
    bool fifo;
    bool thr_pending;           /* the transmitter's interrupt */
    char queue[FIFO_BYTES];     /* to send */
    unsigned queued;
    char input[8192];
    unsigned in, out;
    char sent[65536];
    unsigned nr_sent;
    unsigned lost;              /* bytes written to a full THR */
    unsigned reads;
} uart;

static char told[256];

/* Only when CPUs have their stacks, and none has stopped for a panic. */
void tlb_serve(void)
{
    assert_true(uarts[NS16550_COM1].routed);
    assert_int_equal(uarts[NS16550_COM1].mode, CONSOLE_BUFFERED);
}

void printk(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(told, sizeof(told), format, arguments);
    va_end(arguments);
}

static void send_fifo(void)
{
    if (uart.queued == 0)
        return;
    memcpy(uart.sent + uart.nr_sent, uart.queue, uart.queued);
    uart.nr_sent += uart.queued;
    uart.queued = 0;
    uart.thr_pending = true;
}

static void write_thr(uint8_t value)
{
    unsigned room = uart.fifo ? FIFO_BYTES : 1;

    uart.thr_pending = false;
    if ((uart.mcr & MCR_LOOP) != 0)
        return;
    if (uart.queued == room)
        uart.lost++;
    else
        uart.queue[uart.queued++] = (char)value;
}

static uint8_t read_lsr(void)
{
    uint8_t lsr = uart.in != uart.out ? LSR_RECEIVED : 0;

    if (uart.paused != 0) {
        uart.paused--;
        return lsr;
    }
    /* The line is slow: a queue is seen twice before it is empty. */
    if (!uart.stuck && !uart.manual && uart.queued != 0 &&
        ++uart.reads % 2 == 0)
        send_fifo();
    if (uart.queued == 0 && !uart.stuck)
        lsr |= LSR_THR_EMPTY | (uart.never_sent ? 0 : LSR_SENT);
    return lsr;
}

static bool interrupts(void)
{
    return ((uart.ier & IER_RECEIVED) != 0 && uart.in != uart.out) ||
           ((uart.ier & IER_TRANSMITTER) != 0 && uart.thr_pending);
}

static uint8_t read_iir(void)
{
    uint8_t iir = uart.fifo ? IIR_FIFO : 0;

    if ((uart.ier & IER_RECEIVED) != 0 && uart.in != uart.out)
        return iir | 4;
    if ((uart.ier & IER_TRANSMITTER) != 0 && uart.thr_pending) {
        uart.thr_pending = false;
        return iir | 2;
    }
    return iir | IIR_NONE;
}

static uint8_t inb(uint16_t port)
{
    bool dlab = (uart.lcr & LCR_DLAB) != 0;

    assert_in_range(port, COM1_BASE, COM1_BASE + 7);
    if (!uart.present)
        return 0xff;

    switch (port - COM1_BASE) {
    case RBR:
        if (dlab)
            return uart.dll;
        return uart.in != uart.out ? (uint8_t)uart.input[uart.out++] : 0;
    case IER:
        return dlab ? uart.dlm : uart.ier;
    case IIR:
        return read_iir();
    case LCR:
        return uart.lcr;
    case MCR:
        return uart.mcr;
    case LSR:
        return read_lsr();
    case SCR:
        return uart.scr;
    default:
        return 0;
    }
}

static void write_ier(uint8_t value)
{
    if ((value & ~uart.ier & IER_TRANSMITTER) != 0 && uart.queued == 0)
        uart.thr_pending = true;
    uart.ier = value & IER_DEFINED;
}

static void outb(uint16_t port, uint8_t value)
{
    bool dlab = (uart.lcr & LCR_DLAB) != 0;

    assert_in_range(port, COM1_BASE, COM1_BASE + 7);
    switch (port - COM1_BASE) {
    case THR:
        if (dlab)
            uart.dll = value;
        else
            write_thr(value);
        break;
    case IER:
        if (dlab)
            uart.dlm = value;
        else
            write_ier(value);
        break;
    case FCR:
        if ((value & 4) != 0)
            uart.queued = 0;
        uart.fifo = (value & FCR_ENABLE) != 0;
        break;
    case LCR:
        uart.lcr = value;
        break;
    case MCR:
        uart.mcr = value & 0x1f;
        break;
    case SCR:
        uart.scr = value;
        break;
    }
}

static const struct console_device *const com1 =
    &ns16550_consoles[NS16550_COM1];

static int plug_in(void **state)
{
    static struct ns16550 fresh[NS16550_PORTS];
    static bool saved;

    (void)state;
    if (!saved)
        memcpy(fresh, uarts, sizeof(uarts));
    saved = true;
    memcpy(uarts, fresh, sizeof(uarts));
    memset(&uart, 0, sizeof(uart));
    memset(told, 0, sizeof(told));
    uart.present = true;
    uart.dll = 12;
    return 0;
}

static int plug_in_and_start(void **state)
{
    plug_in(state);
    return com1->start("115200,8n1") ? 0 : -1;
}

static void say(const char *text)
{
    com1->write(text, strlen(text));
}

static void assert_sent(const char *text)
{
    assert_int_equal(uart.lost, 0);
    uart.sent[uart.nr_sent] = '\0';
    assert_string_equal(uart.sent, text);
}

/* Deliver interrupts until there is none. */
static unsigned deliver(void)
{
    unsigned nr = 0;

    send_fifo();
    while (interrupts() && nr < 10000) {
        ns16550_interrupt(NS16550_COM1);
        nr++;
        send_fifo();
    }
    return nr;
}

/* As Linux's driver leaves a port that it has found. */
static void guest_probes(void)
{
    outb(COM1_BASE + FCR, 0);
    outb(COM1_BASE + MCR, 0);
    outb(COM1_BASE + IER, 0);
}

static struct ns16550_settings parse(const char *text, bool valid)
{
    struct ns16550_settings settings = {
        .baud = 0, .base_baud = 115200, .line_control = 3,
        .io_base = 0x3f8, .irq = 4,
    };
    struct ns16550_settings before = settings;

    assert_int_equal(ns16550_parse(text, &settings), valid);
    if (!valid)
        assert_memory_equal(&settings, &before, sizeof(settings));
    return settings;
}

static void settings_in_full(void **state)
{
    struct ns16550_settings settings;

    (void)state;
    settings = parse("9600/921600,7e2,0x2f8,0", true);
    assert_int_equal(settings.baud, 9600);
    assert_int_equal(settings.base_baud, 921600);
    assert_int_equal(settings.line_control, 2 | 4 | 0x18);
    assert_int_equal(settings.io_base, 0x2f8);
    assert_int_equal(settings.irq, 0);
    assert_int_equal(parse("38400,5o1", true).line_control, 0x08);
    assert_int_equal(parse("38400,6m1", true).line_control, 0x29);
    assert_int_equal(parse("38400,8s1", true).line_control, 0x3b);
}

static void settings_left_out(void **state)
{
    struct ns16550_settings settings;

    (void)state;
    settings = parse("", true);
    assert_int_equal(settings.baud, 0);
    settings = parse("115200", true);
    assert_int_equal(settings.baud, 115200);
    assert_int_equal(settings.line_control, 3);
    settings = parse("auto,,,11", true);
    assert_int_equal(settings.baud, 0);
    assert_int_equal(settings.io_base, 0x3f8);
    assert_int_equal(settings.irq, 11);
    assert_int_equal(parse(",8n1", true).baud, 0);
}

static void settings_of_no_meaning(void **state)
{
    static const char *const invalid[] = {
        "x", "0", "115200x", "115200/", "115200,9n1", "115200,8x1",
        "115200,8n3", "115200,8n", "115200,8n1x", "115200,8n1,pci",
        "115200,8n1,amt", "115200,8n1,0", "115200,8n1,0x10000",
        "115200,8n1,0xfff9", "115200,8n1,0x", "115200,8n1,0x3f8,16",
        "115200,8n1,0x3f8,msi", "115200,8n1,0x3f8,4,1:2.3", "1",
        "230400", "4294967296", "99999999999999999999", "automatic",
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(invalid); i++)
        parse(invalid[i], false);
}

static void starting_sets_the_line(void **state)
{
    (void)state;
    assert_true(com1->start("57600,7e1"));
    assert_int_equal(uart.dll, 2);
    assert_int_equal(uart.dlm, 0);
    assert_int_equal(uart.lcr, 0x1a);
    assert_int_equal(uart.mcr, MCR_DTR | MCR_RTS | MCR_OUT2);
    assert_true(uart.fifo);
    assert_int_equal(uart.ier, 0);
    assert_string_equal(told, "");
    assert_int_equal(ns16550_irq(NS16550_COM1), 4);
    assert_int_equal(ns16550_io_base(NS16550_COM1), COM1_BASE);
    assert_int_equal(ns16550_irq(NS16550_COM2), 0);
}

static void auto_keeps_the_divisor(void **state)
{
    (void)state;
    assert_true(com1->start(""));
    assert_int_equal(uart.dll, 12);
    uart.dll = 0;
    assert_true(com1->start("auto"));
    assert_int_equal(uart.dll, 1);
}

static void wrong_settings_are_told(void **state)
{
    (void)state;
    assert_true(com1->start("fast"));
    assert_non_null(strstr(told, "com1=fast"));
    assert_int_equal(uart.dll, 1);
}

static void nothing_there(void **state)
{
    (void)state;
    uart.present = false;
    assert_false(com1->start("115200"));
    assert_int_equal(ns16550_irq(NS16550_COM1), 0);
    assert_int_equal(ns16550_rearm(NS16550_COM1), NS16550_ABSENT);
    assert_false(ns16550_interrupt(NS16550_COM1));
}

static void polled_text_is_all_sent(void **state)
{
    char text[1000];

    (void)state;
    memset(text, 'x', sizeof(text));
    text[sizeof(text) - 1] = '\0';
    say(text);
    send_fifo();
    assert_sent(text);
    assert_int_equal(uart.ier, 0);
}

static void stuck_uart_is_left(void **state)
{
    (void)state;
    uart.stuck = true;
    say("a long text that would be waited for at each burst of it");
    assert_true(uarts[NS16550_COM1].stuck);
    uart.stuck = false;
    uart.nr_sent = 0;
    say("alive");
    send_fifo();
    assert_sent("alive");
}

/* Who reads its text was held up, and gets all of it. */
static void paused_uart_is_waited_for(void **state)
{
    (void)state;
    say("a long text, of which it has sent the beginning");
    uart.paused = 5 * PATIENCE;
    say(", and the rest");
    send_fifo();
    assert_sent("a long text, of which it has sent the beginning"
                ", and the rest");
    assert_false(uarts[NS16550_COM1].stuck);
}

static void input_is_read(void **state)
{
    (void)state;
    assert_int_equal(com1->read(), -1);
    memcpy(uart.input, "ab", 2);
    uart.in = 2;
    assert_int_equal(com1->read(), 'a');
    assert_int_equal(com1->read(), 'b');
    assert_int_equal(com1->read(), -1);
    uart.present = false;
    assert_int_equal(com1->read(), -1);
}

static void buffered_text_goes_by_interrupt(void **state)
{
    char text[2000];

    (void)state;
    memset(text, 'y', sizeof(text));
    text[sizeof(text) - 1] = '\0';
    uart.manual = true;
    ns16550_interrupts(NS16550_COM1, true);
    say(text);
    assert_int_equal(uart.nr_sent, 0);
    assert_int_equal(uart.ier, IER_TRANSMITTER);
    assert_true(deliver() >= sizeof(text) / FIFO_BYTES - 2);
    assert_sent(text);
    assert_int_equal(uart.ier, 0);
}

static void full_ring_is_polled(void **state)
{
    static char text[3 * TRANSMIT_RING];

    (void)state;
    memset(text, 'z', sizeof(text));
    text[sizeof(text) - 1] = '\0';
    ns16550_interrupts(NS16550_COM1, true);
    say(text);
    assert_true(uart.nr_sent >= 2 * TRANSMIT_RING - FIFO_BYTES);
    deliver();
    assert_sent(text);
}

static void synchronous_keeps_order(void **state)
{
    (void)state;
    uart.manual = true;
    ns16550_interrupts(NS16550_COM1, true);
    say("first, longer than the FIFO is; ");
    uart.manual = false;
    com1->set_mode(CONSOLE_SYNCHRONOUS);
    say("second");
    assert_sent("first, longer than the FIFO is; second");
    assert_int_equal(uart.ier, 0);
    com1->set_mode(CONSOLE_BUFFERED);
    uart.manual = true;
    say("third, again longer than the FIFO");
    assert_int_equal(uart.ier, IER_TRANSMITTER);
}

static void sent_without_a_word(void **state)
{
    (void)state;
    uart.never_sent = true;
    com1->set_mode(CONSOLE_SYNCHRONOUS);
    say("some text");
    assert_true(uarts[NS16550_COM1].never_sent);
    say(" and more");
    send_fifo();
    assert_sent("some text and more");
}

static void no_more_interrupts(void **state)
{
    (void)state;
    uart.manual = true;
    ns16550_interrupts(NS16550_COM1, true);
    say("a text that is longer than the FIFO");
    uart.manual = false;
    ns16550_interrupts(NS16550_COM1, false);
    send_fifo();
    assert_sent("a text that is longer than the FIFO");
    assert_int_equal(uart.ier, 0);
}

static void input_by_interrupt(void **state)
{
    unsigned nr;

    (void)state;
    ns16550_interrupts(NS16550_COM1, true);
    ns16550_receive_interrupt(NS16550_COM1, true);
    assert_int_equal(uart.ier, IER_RECEIVED);
    for (unsigned i = 0; i < sizeof(uart.input); i++)
        uart.input[i] = (char)(i % 251);
    uart.in = 5;
    assert_true(ns16550_interrupt(NS16550_COM1));
    assert_false(interrupts());

    /* More than the ring holds: the rest stays where it was, quietly. */
    uart.in = RECEIVE_RING + 100;
    assert_true(interrupts());
    assert_true(ns16550_interrupt(NS16550_COM1));
    assert_false(interrupts());
    assert_int_equal(uart.ier, 0);

    for (nr = 0; nr < RECEIVE_RING + 100; nr++) {
        assert_int_equal(com1->read(), nr % 251);
        if (interrupts())
            ns16550_interrupt(NS16550_COM1);
    }
    assert_int_equal(com1->read(), -1);
    assert_int_equal(uart.ier, IER_RECEIVED);
}

static void probe_is_not_disturbed(void **state)
{
    (void)state;
    ns16550_interrupts(NS16550_COM1, true);
    ns16550_receive_interrupt(NS16550_COM1, true);
    uart.lcr |= LCR_DLAB;
    uart.dll = 1;
    uart.dlm = 0;
    uart.in = 1;
    say("waits");
    assert_int_equal(com1->read(), -1);
    assert_false(ns16550_interrupt(NS16550_COM1));
    assert_int_equal(ns16550_rearm(NS16550_COM1), NS16550_BUSY);
    assert_int_equal(uart.dll, 1);
    assert_int_equal(uart.dlm, 0);

    uart.lcr &= (uint8_t)~LCR_DLAB;
    uart.mcr |= MCR_LOOP;
    assert_int_equal(ns16550_rearm(NS16550_COM1), NS16550_BUSY);
    uart.mcr &= (uint8_t)~MCR_LOOP;
    assert_int_equal(ns16550_rearm(NS16550_COM1), NS16550_OURS);
    send_fifo();
    assert_sent("waits");
}

static void taken_back_after_a_probe(void **state)
{
    unsigned calls = 0;

    (void)state;
    ns16550_interrupts(NS16550_COM1, true);
    ns16550_receive_interrupt(NS16550_COM1, true);
    assert_int_equal(ns16550_rearm(NS16550_COM1), NS16550_OURS);
    guest_probes();
    assert_int_equal(ns16550_rearm(NS16550_COM1), NS16550_GUESTS);
    say("not lost with the FIFO off");
    assert_int_equal(uart.fifo, false);
    while (ns16550_rearm(NS16550_COM1) != NS16550_OURS)
        assert_true(++calls < TAKE_BACK_AFTER);
    assert_int_equal(uart.ier, IER_RECEIVED);
    assert_int_equal(uart.mcr, MCR_OURS);
    assert_true(uart.fifo);
    send_fifo();
    assert_sent("not lost with the FIFO off");
}

static void fifo_off_before_anybody_knows(void **state)
{
    (void)state;
    guest_probes();
    say("longer than one byte");
    send_fifo();
    assert_sent("longer than one byte");
}

static void waiting_text_survives_a_probe(void **state)
{
    char text[300];

    (void)state;
    memset(text, 'w', sizeof(text));
    text[sizeof(text) - 1] = '\0';
    uart.manual = true;
    ns16550_interrupts(NS16550_COM1, true);
    say(text);
    guest_probes();
    uart.thr_pending = false;
    send_fifo();
    assert_false(interrupts());
    for (unsigned i = 0; i < 10; i++) {
        ns16550_rearm(NS16550_COM1);
        send_fifo();
    }
    deliver();
    assert_sent(text);
}

static void port_that_the_guest_uses(void **state)
{
    (void)state;
    ns16550_interrupts(NS16550_COM1, true);
    ns16550_receive_interrupt(NS16550_COM1, true);
    outb(COM1_BASE + IER, 0x05);
    for (unsigned i = 0; i < 10; i++)
        assert_int_equal(ns16550_rearm(NS16550_COM1), NS16550_GUESTS);
    uart.in = 1;
    assert_int_equal(com1->read(), -1);         /* the guest's input */
    assert_false(ns16550_interrupt(NS16550_COM1));
    say("by polling");
    send_fifo();
    assert_sent("by polling");
    assert_int_equal(uart.ier, 0x05);

    /* A line of the guest's own console, and back. */
    outb(COM1_BASE + IER, 0);
    assert_int_equal(ns16550_rearm(NS16550_COM1), NS16550_GUESTS);
    outb(COM1_BASE + IER, 0x05);
    for (unsigned i = 0; i < 10; i++)
        assert_int_equal(ns16550_rearm(NS16550_COM1), NS16550_GUESTS);
}

static void panic_takes_the_port(void **state)
{
    (void)state;
    ns16550_interrupts(NS16550_COM1, true);
    outb(COM1_BASE + MCR, MCR_LOOP);
    outb(COM1_BASE + LCR, LCR_DLAB | 3);
    outb(COM1_BASE + DLL, 0xff);
    say("before; ");
    com1->set_mode(CONSOLE_PANIC);
    say("panic");
    send_fifo();
    assert_sent("before; panic");
    assert_int_equal(uart.dll, 1);
    assert_int_equal(uart.ier, 0);
}

#define TEST(name)     cmocka_unit_test_setup(name, plug_in)
#define STARTED(name)  cmocka_unit_test_setup(name, plug_in_and_start)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settings_in_full),
        cmocka_unit_test(settings_left_out),
        cmocka_unit_test(settings_of_no_meaning),
        TEST(starting_sets_the_line),
        TEST(auto_keeps_the_divisor),
        TEST(wrong_settings_are_told),
        TEST(nothing_there),
        STARTED(polled_text_is_all_sent),
        STARTED(stuck_uart_is_left),
        STARTED(paused_uart_is_waited_for),
        STARTED(input_is_read),
        STARTED(buffered_text_goes_by_interrupt),
        STARTED(full_ring_is_polled),
        STARTED(synchronous_keeps_order),
        STARTED(sent_without_a_word),
        STARTED(no_more_interrupts),
        STARTED(input_by_interrupt),
        STARTED(probe_is_not_disturbed),
        STARTED(taken_back_after_a_probe),
        STARTED(fifo_off_before_anybody_knows),
        STARTED(waiting_text_survives_a_probe),
        STARTED(port_that_the_guest_uses),
        STARTED(panic_takes_the_port),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
