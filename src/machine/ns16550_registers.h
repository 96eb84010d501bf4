/* SPDX-License-Identifier: MIT */
/* PC16550D data sheet, section 8: registers, relative to the I/O base. */
#ifndef MACHINE_NS16550_REGISTERS_H
#define MACHINE_NS16550_REGISTERS_H

#define NS16550_REGISTERS 8

#define RBR 0                   /* received byte; read, DLAB 0 */
#define THR 0                   /* byte to transmit; write, DLAB 0 */
#define DLL 0                   /* divisor, low byte; DLAB 1 */
#define IER 1                   /* interrupt enable; DLAB 0 */
#define DLM 1                   /* divisor, high byte; DLAB 1 */
#define IIR 2                   /* interrupt identification; read */
#define FCR 2                   /* FIFO control; write */
#define LCR 3                   /* line control */
#define MCR 4                   /* modem control */
#define LSR 5                   /* line status */
#define MSR 6                   /* modem status */
#define SCR 7                   /* scratch */

#define IER_RECEIVED     0x01
#define IER_TRANSMITTER  0x02   /* holding register empty */
#define IER_DEFINED      0x0f

#define IIR_NONE         0x01   /* no interrupt pending */
#define IIR_FIFO         0xc0   /* both set: FIFOs work */

#define FCR_ENABLE       0x01
#define FCR_CLEAR        0x06   /* both FIFOs */
#define FCR_TRIGGER_14   0xc0

#define LCR_STOP_2       0x04
#define LCR_PARITY       0x08
#define LCR_EVEN         0x10
#define LCR_STICK        0x20
#define LCR_DLAB         0x80

#define MCR_DTR          0x01
#define MCR_RTS          0x02
#define MCR_OUT2         0x08   /* on a PC: lets the interrupt through */
#define MCR_LOOP         0x10

#define LSR_RECEIVED     0x01
#define LSR_BREAK        0x10
#define LSR_THR_EMPTY    0x20
#define LSR_SENT         0x40   /* and the shift register is */
#define LSR_ABSENT       0xff   /* bit 7 with all else: an empty bus */

#define FIFO_BYTES       16

#endif
