/* SPDX-License-Identifier: MIT */
/*
 * Runs pieces of code in kernel or in user mode, each until its first
 * exception or callback, and prints what its handler found.  It is linked
 * to those tests that have such pieces, snippets.S.
 */
#ifndef RUN_H
#define RUN_H

#include "guest.h"
#include "run/values.h"

#define RFLAGS_TF   0x00000100ul
#define RFLAGS_IF   0x00000200ul
#define RFLAGS_DF   0x00000400ul
#define RFLAGS_IOPL 0x00003000ul
#define RFLAGS_NT   0x00004000ul
#define RFLAGS_RF   0x00010000ul
#define RFLAGS_AC   0x00040000ul
#define RFLAGS_ONE  0x00000002ul

/* Selectors: of user mode, and of the kernel as it puts them in frames. */
#define USER_CS   FLAT_USER_CS64
#define USER_CS32 FLAT_USER_CS32
#define USER_SS   FLAT_USER_SS64
#define KERNEL_CS (FLAT_KERNEL_CS & ~3ul)
#define KERNEL_SS (FLAT_KERNEL_SS & ~3ul)

/* Low enough for 32-bit code; a GiB of which the kernel has nothing. */
#define USER_CODE      0xc0000000ul
#define USER_READ_ONLY 0xc0002000ul
#define USER_NO_EXEC   0xc0003000ul
#define USER_UNMAPPED  0xc0004000ul
#define USER_STACK     0xc0006000ul     /* its end */
#define USER_NO_BIT    0xc0007000ul     /* the code, its entry without U */

extern const char snippets[];

/* The same code in user mode. */
#define USER_ADDRESS(snippet) (USER_CODE + (uint64_t)((snippet) - snippets))

/* The frame of the iret hypercall, as struct iret_context. */
struct run_context {
    uint64_t rax, r11, rcx, flags, rip, cs, rflags, rsp, ss;
};

/* One exception or callback, as its handler found it. */
struct seen {
    struct trap_frame frame;
    uint64_t top;               /* the end of the frame on the stack */
    uint64_t rflags;            /* the handler's */
    uint64_t gs;                /* what its GS shows */
    uint64_t cr2;
    uint8_t mask;
};

extern struct seen seen[8];
extern unsigned nr_seen;

/* How many of the next to return from, instead of ending the run. */
extern unsigned go_on;

void run_init(void);
void run_kernel(const void *code, uint64_t rax, uint64_t rsp);
void run_iret(const struct run_context *context);
/* The same by the hypercall page's slot. */
void run_iret_by_page(const struct run_context *context);

/* What a hypercall by its slot leaves in registers. */
struct slot_result {
    uint64_t rax, rcx, r11, r9, rflags;
};
void call_slot(unsigned long number, unsigned long a1, unsigned long a2,
               unsigned long a3, unsigned long a4, struct slot_result *to);
_Noreturn void run_end(void);

/* A frame to user mode, to be changed. */
struct run_context user_context(const char *snippet);

/* Run, with the upcall mask as given, and note what was seen. */
void run_in_kernel(const char *snippet, uint64_t rax, bool masked);
void run_in_user(struct run_context context);

void set_mask(bool masked);

/* Stacks: for entries from user mode, and of run_in_kernel(). */
uint64_t kernel_stack_end(void);
uint64_t test_stack_end(void);

/* Nothing is pending any more; done by itself when an upcall comes. */
void events_clear(void);

/* Print all that was seen, addresses relative to `code` and `rsp`. */
void print_seen(const char *name, uint64_t code, uint64_t rsp);

#endif
