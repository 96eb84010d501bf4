/* SPDX-License-Identifier: MIT */
/*
 * Interrupt vectors and what they stand for, for each CPU by itself.  Those
 * that the guest has a handler for (INT n) are never ours; 0x80 is kept
 * free for it.
 */
#ifndef MACHINE_INTERRUPT_H
#define MACHINE_INTERRUPT_H

#include <stdbool.h>
#include <stdint.h>

#define VECTOR_VACATED      0x20        /* below the devices', see there */
#define VECTOR_FIRST_DEVICE 0x30
#define VECTOR_LAST_DEVICE  0xef
#define VECTOR_TIMER        0xf0
#define VECTOR_DEFERRED_NMI 0xf1
#define VECTOR_FLUSH        0xf2        /* tlb_serve() */
#define VECTOR_EVENT        0xf3        /* look at the vCPU's state anew */
#define VECTOR_FREEZE       0xf4        /* smp_freeze_if_asked() */
#define VECTOR_OUTSIDE      0xf5        /* without EOI: no APIC sends it */
#define VECTOR_PMI          0xf6        /* of the performance counters */
#define VECTOR_STOP_PMU     0xf7        /* xenpmu_detach() */
#define VECTOR_APIC_ERROR   0xfe
#define VECTOR_SPURIOUS     0xff

/* Called with interrupts off, after which the interrupt is acknowledged. */
typedef void interrupt_handler(unsigned argument);

/*
 * `count` (a power of two) free device vectors of a CPU, in a row that is
 * aligned to their number, as MSI wants it: the first, or 0.  The n-th calls
 * handler(argument + n).
 */
unsigned interrupt_allocate(unsigned cpu, unsigned count,
                            interrupt_handler *handler, unsigned argument);

/*
 * A vector for an interrupt that moves: it was free on both CPUs, and both
 * serve it, so vector and destination can be changed one after the other.
 * 0 if there is none.
 */
unsigned interrupt_allocate_on_both(unsigned from, unsigned to,
                                    interrupt_handler *handler,
                                    unsigned argument);

/*
 * Nothing sends it any more.  What is pending on that CPU is served as before:
 * the vector gets no other handler until the CPU has looked (device_vectors.c).
 */
void interrupt_free(unsigned cpu, unsigned vector);

/* One of the fixed vectors above. */
void interrupt_set(unsigned vector, interrupt_handler *handler);

/* Serve an interrupt of this vector. */
void interrupt(unsigned vector);

/* Raise a vector on this CPU, for when it takes interrupts again. */
void interrupt_self(unsigned vector);

#endif
