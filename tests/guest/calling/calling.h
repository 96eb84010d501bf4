/* SPDX-License-Identifier: MIT */
#ifndef CALLING_H
#define CALLING_H

#include "guest.h"

/* In calling.S's order. */
struct calling {
    uint64_t registers[15];
    uint64_t rflags;
    const char *slot;           /* of the hypercall page; NULL: SYSCALL */
};

extern struct calling calling;

/* Make a call with all of these, and note what is there then. */
void call_with_all(void);

#endif
