/* SPDX-License-Identifier: MIT */
/* Signals as the 32-bit kernel ABI has them. */
#ifndef SIGNALS_H
#define SIGNALS_H

#include "runtime.h"

#include <asm/signal.h>
#include <asm/siginfo.h>
#include <asm/sigcontext.h>
#include <asm/ucontext.h>

typedef void signal_handler(int, siginfo_t *, struct ucontext *);

/*
 * SA_SIGINFO handler on the alternate stack; `flags` are added. The kernel
 * returns from it by way of the vdso.
 */
void handle(int signal_number, signal_handler *handler, unsigned int flags);

/* An old-style handler with the old, smaller frame. */
void handle_old_style(int signal_number, void (*handler)(int),
                      unsigned int flags);

void use_alternate_stack(void);

/* Asks for a SIGALRM after, and then every, so many microseconds. */
void tick_every(long microseconds);

/*
 * From now on a fault prints one line and ends the check. Addresses are shown
 * as "target" if equal to `target`, as offset if just behind
 * marked_instruction.
 */
void expect_fault(uint32_t target);
void no_fault(void) __attribute__((noreturn));
void describe_fault(char *text, size_t size, int signal_number,
                    const siginfo_t *information,
                    const struct ucontext *context, uint32_t target);

extern volatile uint32_t marked_instruction;

/* In asm text: what follows is the instruction to be watched. */
#define MARK "movl $77f, marked_instruction\n77:\n\t"

#endif
