/* SPDX-License-Identifier: MIT */
#ifndef HYPERCALL_RINGS_H
#define HYPERCALL_RINGS_H

#include <stddef.h>
#include <stdint.h>

/* A plain domain's number, as its first one would have on Xen. */
#define DOMAIN_ID 1

/* Bytes that the store of a domain of so many CPUs gets. */
size_t ring_store_room(unsigned nr_cpus);

/*
 * Be the other end of a plain domain's rings, at these physical addresses:
 * the console, and a store in domain.store_room that knows of `memory_kib`.
 */
void ring_console_init(uint64_t page);
void ring_store_init(uint64_t page, uint64_t memory_kib);

#endif
