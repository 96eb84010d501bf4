/* SPDX-License-Identifier: MIT */
/*
 * Calling a PC BIOS, which wants real mode.  Only at boot: the boot page
 * tables are loaded, and the interrupt controllers are as the BIOS left
 * them.  The code and its stack borrow some of the first MiB, and what lay
 * there comes back.
 */
#ifndef BOOT_REAL_MODE_H
#define BOOT_REAL_MODE_H

/* Inside the borrowed memory: code with its data, stack, buffer. */
#define REAL_MODE_STACK_TOP 0x3000
#define REAL_MODE_BUFFER    0x3000
#define REAL_MODE_SIZE      0x4000

#define REAL_MODE_BUFFER_SIZE (REAL_MODE_SIZE - REAL_MODE_BUFFER)

#ifndef __ASSEMBLER__

#include <stdbool.h>
#include <stdint.h>

#include <boot/memory_map.h>

/* As real_mode_call.S loads and stores them. */
struct real_mode_registers {
    uint32_t eax, ebx, ecx, edx, esi, edi, ebp;
    uint16_t ds, es;
    uint32_t flags;             /* only stored */
};

#define REAL_MODE_CARRY 1       /* in flags */

/* Borrow memory; false: there is none, or no BIOS has set up interrupts. */
bool real_mode_begin(const struct memory_map *map);

/* Give it back. */
void real_mode_end(void);

/* The buffer for the BIOS, zeroed, and the segment it is at the start of. */
void *real_mode_buffer(uint16_t *segment);

/* An INT instruction.  IF is set during it, as BIOSes expect. */
void real_mode_interrupt(uint8_t vector, struct real_mode_registers *regs);

#endif
#endif
