/* SPDX-License-Identifier: MIT */
/*
 * NS16550 compatible serial ports behind I/O ports: com1 and com2.
 *
 * Text is sent by polling until the core says that interrupts arrive; then
 * it waits in a ring for the transmitter's interrupt.  All functions are
 * called with interrupts off, on one CPU.
 *
 * The guest owns the I/O ports too.  Its own driver may probe or use the
 * same UART at any time and leave it as it likes, hence these rules:
 *  - While DLAB or loopback is set a probe of the guest's is under way, and
 *    no register is touched, but in CONSOLE_PANIC.  Text waits in the ring.
 *  - IER 0 where ours was set: a probe is over; we take the UART back.
 *  - Only MCR changed: the modem lines are set again.
 *  - IER set to what we did not write: the guest's driver has it open and
 *    gets the input; we send by polling, which the two may share.
 * ns16550_rearm() finds these cases out.  It must be called some ten times
 * a second (timer tick, idle, console hypercalls), or text that waits in
 * the ring after such a probe is stuck.
 */
#ifndef MACHINE_NS16550_H
#define MACHINE_NS16550_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <lib/console.h>

enum ns16550_port {
    NS16550_COM1,
    NS16550_COM2,
    NS16550_PORTS
};

/* What com1= says; a field that is left out keeps its value. */
struct ns16550_settings {
    uint32_t baud;              /* 0: as firmware left it ("auto") */
    uint32_t base_baud;         /* bits per second with divisor 1 */
    uint8_t line_control;       /* LCR: data bits, parity, stop bits */
    uint16_t io_base;
    uint8_t irq;                /* 0: poll only */
};

/* The consoles "com1" and "com2" for console_register(). */
extern const struct console_device ns16550_consoles[NS16550_PORTS];

/*
 * Parse xen.gz's <baud>[/<base-baud>][,[DPS][,[<io-base>][,[<irq>]]]] over
 * what *settings has.  False, and nothing changed, when `text` is not of
 * this form, or is of what we cannot do: PCI and AMT devices, MSI.
 */
bool ns16550_parse(const char *text, struct ns16550_settings *settings);

/* The ISA interrupt of a started port, 0 if there is none. */
unsigned ns16550_irq(enum ns16550_port port);

/* Where a started port's eight registers are, 0 if it isn't started. */
uint16_t ns16550_io_base(enum ns16550_port port);

/*
 * The core has routed ns16550_irq() to ns16550_interrupt() (true), or
 * doesn't any longer (false: the ring is sent by polling first).
 */
void ns16550_interrupts(enum ns16550_port port, bool on);

/* Whether received bytes shall interrupt.  Off at first. */
void ns16550_receive_interrupt(enum ns16550_port port, bool on);

/*
 * Serve the interrupt: send from the ring, take bytes received.  True when
 * input waits for console_read().
 */
bool ns16550_interrupt(enum ns16550_port port);

enum ns16550_state {
    NS16550_OURS,               /* interrupts are as we want them */
    NS16550_BUSY,               /* a probe is under way: ask again soon */
    NS16550_GUESTS,             /* the guest's driver has it open */
    NS16550_ABSENT,             /* not started, or gone */
};

/* See above.  Also moves text from the ring when the UART has room. */
enum ns16550_state ns16550_rearm(enum ns16550_port port);

#endif
