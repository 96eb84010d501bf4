/* SPDX-License-Identifier: MIT */
/* What entry.S offers to C, and what C does for it. */
#ifndef ENTRY_ENTRY_H
#define ENTRY_ENTRY_H

#include <stdint.h>
#include <entry/frame.h>

#define NR_HYPERCALLS 56

/* In frame.vector of an IST frame: swapgs before returning. */
#define RESUME_SWAPGS 0x100

/* The template; a CPU's copy has each label at the same offset. */
extern const char entry_template[], entry_template_end[];
extern const char entry_syscall[], entry_syscall32[], entry_sysenter[];
extern const char entry_syscall_low[];
extern const char entry_no_syscall[], entry_no_event_callback[];
extern const char exception_stubs[], iret_to_user[], iret_to_kernel[];
extern const char resume_iret[], iret_fault[];

#define EXCEPTION_STUB_SIZE 16

struct fast_stub {
    uint32_t vector;
    uint32_t offset;            /* in the template */
};

extern const struct fast_stub fast_stubs_start[], fast_stubs_end[];

struct cpu;

/* Where this CPU's copy has `label`. */
uint64_t entry_address(const struct cpu *cpu, const char *label);

/* Give a CPU its copy, MSRs and IDT; no guest handler is set yet. */
void entry_init(struct cpu *cpu);

/*
 * Point the gate of `vector` at the guest's handler (address 0: at none),
 * reachable by INT n from the given privilege level on.
 */
void entry_set_trap(struct cpu *cpu, unsigned vector, uint64_t handler,
                    unsigned dpl, bool masks_events);

/* An IDT without short cuts to the guest, until cpu_load_idt(). */
void entry_load_plain_idt(const struct cpu *cpu);

/* The C sides of slow_exception and ist_exception, exception.c. */
uint64_t exception(struct frame *frame);
void ist_exception(struct frame *frame);

/*
 * Prepare `frame`, which lies on the stack where the guest's handler wants
 * it, for the guest's handler of `vector`: IF, mask, CR2.  Returns the
 * handler's address.
 */
uint64_t bounce_in_place(struct frame *frame, unsigned vector);

/*
 * The same for a frame that lies elsewhere: it is copied to the guest's
 * stack and edited so that returning to it enters the handler.  False when
 * the guest's stack isn't writable or there is no handler.
 */
bool bounce_to_stack(struct frame *frame, unsigned vector, bool *swapgs);

#endif
