/* SPDX-License-Identifier: MIT */
/*
 * Physical interrupts as the kernel names them.  A GSI's pirq is its own
 * number.
 */
#ifndef HYPERCALL_PIRQ_H
#define HYPERCALL_PIRQ_H

#include <stdbool.h>
#include <stdint.h>

/* Was it mapped by PHYSDEVOP_map_pirq? */
bool pirq_exists(unsigned pirq);

/* An event channel was bound to it, or closed: deliver, or don't. */
long pirq_bound(unsigned pirq);
void pirq_unbound(unsigned pirq);

#endif
