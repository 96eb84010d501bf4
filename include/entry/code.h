/* SPDX-License-Identifier: MIT */
/* Changing a CPU's copy of the entry stubs. */
#ifndef ENTRY_CODE_H
#define ENTRY_CODE_H

#include <stddef.h>
#include <stdint.h>

struct cpu;

/*
 * Write `size` bytes at where the CPU's copy has `label`.  The CPU is this
 * one or is down, and serializes before it runs them.
 */
void code_write(const struct cpu *cpu, const void *label, const void *bytes,
                size_t size);

/* What a field with a distance to itself points at. */
static inline const char *code_pointed_at(const int32_t *field)
{
    return (const char *)field + *field;
}

#endif
