/* SPDX-License-Identifier: MIT */
/* The kernel's image in memory, where boot put it. */
#ifndef PVOPS_MEMORY_H
#define PVOPS_MEMORY_H

#include <machine/paging.h>
#include <pvops/pvops.h>

/* What the kernel has at a virtual address of its image, writable. */
static inline void *pvops_memory(uint64_t address)
{
    return direct(address - pvops.image_offset);
}

static inline uint64_t *pvops_field(const struct pvop *op)
{
    return pvops_memory(pvops.table + op->offset);
}

#endif
