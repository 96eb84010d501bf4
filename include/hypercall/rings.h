/* SPDX-License-Identifier: MIT */
#ifndef HYPERCALL_RINGS_H
#define HYPERCALL_RINGS_H

#include <stdint.h>

/* A plain domain's number, as its first one would have on Xen. */
#define DOMAIN_ID 1

/* Make the ports and the store behind a plain domain's two rings. */
void rings_init(uint64_t memory_kib);

#endif
