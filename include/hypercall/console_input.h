/* SPDX-License-Identifier: MIT */
/*
 * Input from the serial console to the kernel's hvc0: VIRQ_CONSOLE and
 * CONSOLEIO_read for an initial domain, the console ring for another one.
 */
#ifndef HYPERCALL_CONSOLE_INPUT_H
#define HYPERCALL_CONSOLE_INPUT_H

#include <stdint.h>

/* Take the serial ports' interrupts; the kernel is about to start. */
void console_input_start(void);

/* The kernel's own driver binds, or gives back, this GSI. */
void console_input_release(unsigned gsi);
void console_input_reclaim(unsigned gsi);

/* The console ring's other end (an event_service): both directions. */
void console_ring_serve(void);

/* The xenstore ring's other end. */
void store_ring_serve(void);

#endif
