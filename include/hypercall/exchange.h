/* SPDX-License-Identifier: MIT */
#ifndef HYPERCALL_EXCHANGE_H
#define HYPERCALL_EXCHANGE_H

#include <stdint.h>

/* XENMEM_exchange, argument as the hypercall has it. */
long memory_exchange(uint64_t argument);

#endif
