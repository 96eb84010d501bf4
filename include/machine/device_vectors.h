/* SPDX-License-Identifier: MIT */
/* The vectors that interrupt_allocate() gives (interrupt.h), as they come. */
#ifndef MACHINE_DEVICE_VECTORS_H
#define MACHINE_DEVICE_VECTORS_H

/* Serve one, on this CPU. */
void device_vector_serve(unsigned cpu, unsigned vector);

/* Those of this CPU that were given up, and can't come any more, are free. */
void device_vectors_reclaim(unsigned cpu);

#endif
