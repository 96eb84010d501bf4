/* SPDX-License-Identifier: MIT */
/*
 * What a kernel's callback for SYSCALL does first with its frame, so that
 * the entry stub can do the same and go on behind it.  Linux's (arch/x86/xen/
 * xen-asm.S) takes RCX and R11 from the stack, which are in their registers
 * still, stores its own selectors, and jumps to where a native SYSCALL's
 * frame is complete.
 */
#ifndef ENTRY_PROLOGUE_H
#define ENTRY_PROLOGUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct prologue {
    uint64_t end;               /* address of the first instruction behind */
    int32_t ss, cs;             /* the frame's by then, for PUSH */
};

/* All that may belong to one. */
#define PROLOGUE_MAX 40

/*
 * Look at `size` bytes of code at `address`.  False: it doesn't begin with
 * POP RCX, POP R11.  `prologue` holds the selectors of the frame before.
 */
bool prologue_read(const uint8_t *code, size_t size, uint64_t address,
                   struct prologue *prologue);

#endif
