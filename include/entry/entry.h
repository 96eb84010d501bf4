/* SPDX-License-Identifier: MIT */
/* What the entry stubs offer to C, and what C does for them. */
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
extern const char entry_syscall_any_mask[], entry_syscall_low[];
extern const char entry_syscall_with_flag[];
extern const char entry_iret_any_address[], iret_with_flag_any_address[];
extern const char entry_no_syscall[], entry_no_event_callback[];
extern const char exception_stubs[], iret_to_user[], iret_to_kernel[];
extern const char iret_to_user_with_verw[], resume_iret[], iret_fault[];
/* What the transfer page jumps to. */
extern const char page_mmu_update[], page_mmuext_op[], page_stack_switch[];
extern const char page_set_segment_base[], page_iret[];
extern const char page_update_va_mapping[], page_xen_version[];

extern const char halt_instruction[];   /* halt.S; one byte */

#define EXCEPTION_STUB_SIZE 16

struct fast_stub {
    uint32_t vector;
    int32_t address;            /* relative to itself */
};

extern const struct fast_stub fast_stubs_start[], fast_stubs_end[];

struct cpu;
struct vcpu_info;

/* Where this CPU's copy has `label`. */
uint64_t entry_address(const struct cpu *cpu, const char *label);

/*
 * The other way round: the template's address of an address in the copy of
 * this CPU's, any other address as it is.
 */
uint64_t entry_in_template(uint64_t address);

/* Give a CPU its copy, MSRs and IDT; no guest handler is set yet. */
void entry_init(struct cpu *cpu);

/*
 * Point the gate of `vector` at the guest's handler (address 0: at none),
 * reachable by INT n from the given privilege level on.
 */
void entry_set_trap(struct cpu *cpu, unsigned vector, uint64_t handler,
                    unsigned dpl, bool masks_events);

/*
 * Where SYSCALL, and so on, from user programs goes.  Of a callback for
 * SYSCALL the stub does the prologue (prologue.h): its code as it is now.
 */
enum entry_callback { ENTRY_SYSCALL, ENTRY_SYSCALL32, ENTRY_SYSENTER };
void entry_set_callback(struct cpu *cpu, enum entry_callback callback,
                        uint64_t address, bool masks_events);
void entry_callbacks_mask_nothing(const struct cpu *cpu);

/*
 * Load MSR_LSTAR of this CPU, the one we run on, with the stub for SYSCALL that
 * fits: by where the kernel is, whether it has the interrupt flag itself, and
 * whether its callback is Linux' own, which masks events.
 */
void entry_choose_syscall(const struct cpu *cpu);

/*
 * From now on this is the CPU's vcpu_info; it does not cross a page.  The
 * CPU is this one, or is down.
 */
void entry_use_vcpu_info(struct cpu *cpu, struct vcpu_info *info);

/* From now on VERW comes before programs.  The CPU is this one, or is down. */
void entry_use_verw(const struct cpu *cpu);

/* From now on flushes of this CPU are C's: there may be global pages. */
void entry_flush_in_c(struct cpu *cpu);

/*
 * The guest has the interrupt flag itself from now on, and its upcall mask
 * stays 0: change the CPU's stubs.  An event that becomes pending while the
 * flag is clear comes with a VECTOR_EVENT to this CPU.
 */
void entry_real_flag(struct cpu *cpu);
extern bool entry_flag_is_real;

/*
 * Where the kernel's `sti` is whose shadow covers a SYSCALL that waits for
 * an event, once it has the flag; else 0.
 */
extern uint64_t entry_kernel_sti;

/*
 * Code that the kernel calls and that swaps GS for a moment while the flag is
 * clear: there it takes no NMI and no #DB, which rely on GS.
 */
struct entry_swapped_gs { uint64_t start, size; };
extern struct entry_swapped_gs entry_swapped_gs;

/* An IDT without short cuts to the guest, until cpu_load_idt(). */
void entry_load_plain_idt(const struct cpu *cpu);

/*
 * The C sides of slow_exception, of interrupt_of_guest once interrupt() has
 * served it, and of ist_exception: exception.c.
 */
uint64_t exception(struct frame *frame);
uint64_t after_interrupt(struct frame *frame);
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
