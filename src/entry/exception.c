/* SPDX-License-Identifier: MIT */
/*
 * Exceptions that need a decision, and interrupts: whose are they, and
 * where does the interrupted code go on?
 */
#include <entry/entry.h>
#include <entry/mask_of_user.h>
#include <entry/ring3_selector.h>

#include <xen/xen.h>

#include <guest/domain.h>
#include <hypercall/cpuid.h>
#include <hypercall/event.h>
#include <hypercall/nmi.h>
#include <hypercall/user_bit.h>
#include <hypercall/vcpu.h>
#include <lib/guest_access.h>
#include <lib/panic.h>
#include <lib/string.h>
#include <machine/apic.h>
#include <machine/cpu_area.h>
#include <machine/interrupt.h>
#include <machine/smp.h>
#include <machine/x86.h>

/*
 * Firmware that we call is ours to answer for; a program that jumped to one
 * of our addresses is not.
 */
static bool in_our_code(const struct frame *frame)
{
    return (frame->rip >> OUR_ADDRESS_SHIFT == OUR_ADDRESS_VALUE
            && !frame_from_user(frame))
           || this_cpu()->in_firmware;
}

struct entry_swapped_gs entry_swapped_gs;

/*
 * IF is 0 in the hypercall page between a slot's `cli` and our address
 * (hypercall_page.c), and where the kernel's GS is swapped.
 */
static bool on_the_way_to_us(const struct frame *frame)
{
    return in_our_code(frame)
           || (!(frame->rflags & RFLAGS_IF) && !frame_from_user(frame)
               && (frame->rip - domain.hypercall_page < PAGE_SIZE
                   || frame->rip - entry_swapped_gs.start
                      < entry_swapped_gs.size));
}

/* Hardware has cleared the flag where that is the guest's. */
static void mask_events(struct cpu *cpu, bool on)
{
    cpu->vcpu_info->evtchn_upcall_mask |= on && !entry_flag_is_real;
}

/* From what it is while a user program runs, or the other way round. */
static void mask_for_kernel(void)
{
    this_cpu()->vcpu_info->evtchn_upcall_mask >>= !entry_flag_is_real;
}

static void mask_for_user(void)
{
    uint8_t *mask = &this_cpu()->vcpu_info->evtchn_upcall_mask;

    if (!entry_flag_is_real)
        *mask = *mask ? MASK_OF_USER_MASKED : MASK_OF_USER;
}

uint64_t bounce_in_place(struct frame *frame, unsigned vector)
{
    struct cpu *cpu = this_cpu();
    struct vcpu_info *info = cpu->vcpu_info;

    if (vector == VECTOR_PF)
        info->arch.cr2 = read_cr2();
    if (info->evtchn_upcall_mask && !frame_from_user(frame)) {
        frame->rflags &= ~(uint64_t)RFLAGS_IF;
        frame->cs |= FRAME_SAVED_MASK;
    }
    mask_events(cpu, cpu->trap_masks_events[vector]);
    cpu->in_user = false;
    cpu->bounce_has_error = vector_has_error(vector);
    return cpu->trap_handler[vector];
}

/* The upcall; its frame is in place as an exception's would be. */
static uint64_t bounce_event(struct cpu *cpu)
{
    mask_events(cpu, true);
    cpu->in_user = false;
    cpu->bounce_has_error = false;
    return cpu->event_callback;
}

bool bounce_to_stack(struct frame *frame, unsigned vector, bool *swapgs)
{
    struct cpu *cpu = this_cpu();
    uint64_t handler = cpu->trap_handler[vector];
    uint64_t words[8];
    unsigned n = 0;

    if (!handler)
        return false;

    *swapgs = frame_from_user(frame);
    if (*swapgs)
        mask_for_kernel();

    uint64_t rsp = *swapgs ? cpu_tss(cpu)->rsp[0] : frame->rsp;

    bounce_in_place(frame, vector);
    words[n++] = frame->rcx;
    words[n++] = frame->r11;
    if (vector_has_error(vector))
        words[n++] = frame->error;
    memcpy(&words[n], &frame->rip, 5 * sizeof(uint64_t));
    n += 5;

    rsp = (rsp & ~15ull) - n * sizeof(uint64_t);
    if (!copy_to_guest(rsp, words, n * sizeof(uint64_t)))
        return false;

    frame->rip = handler;
    frame->cs = RING0_CS;
    frame->ss = RING0_SS;
    frame->rsp = rsp;
    frame->rflags &= ~(uint64_t)(RFLAGS_TF | RFLAGS_NT | RFLAGS_RF
                                 | RFLAGS_AC | RFLAGS_IF);
    if (!entry_flag_is_real)
        frame->rflags |= RFLAGS_IF;
    return true;
}

/* UD2, then the signature, then CPUID: Xen's forced emulation prefix. */
static bool emulate_cpuid(struct frame *frame)
{
    static const uint8_t forced_cpuid[] = {
        0x0f, 0x0b, 'x', 'e', 'n', 0x0f, 0xa2
    };
    uint8_t code[sizeof forced_cpuid];

    if (!copy_from_guest(code, frame->rip, sizeof code)
        || memcmp(code, forced_cpuid, sizeof code))
        return false;

    struct cpuid_leaf leaf = guest_cpuid((uint32_t)frame->rax,
                                         (uint32_t)frame->rcx);

    frame->rax = leaf.eax;
    frame->rbx = leaf.ebx;
    frame->rcx = leaf.ecx;
    frame->rdx = leaf.edx;
    frame->rip += sizeof code;
    frame->rflags &= ~(uint64_t)RFLAGS_RF;
    return true;
}

/* What an IRETQ returns to begins with RIP and CS. */
static bool iretq_to_user(const struct frame *frame)
{
    return ((const uint64_t *)frame->rsp)[1] & 3;
}

/*
 * An IRETQ of ours could not return to a guest's frame: go on at
 * iret_fault, which passes the fault on.  RSP is as before the IRETQ.
 */
static void redirect_iret_fault(struct frame *frame, unsigned vector)
{
    struct cpu *cpu = this_cpu();

    if (!cpu->trap_handler[vector])
        panic_frame(frame, "the guest has no handler for its bad iret");

    if (iretq_to_user(frame))
        mask_for_kernel();
    cpu->in_user = false;
    cpu->bounce_error = frame->error;
    cpu->bounce_handler = cpu->trap_handler[vector];
    mask_events(cpu, cpu->trap_masks_events[vector]);
    frame->rip = entry_address(cpu, iret_fault);
}

static bool is_iret(uint64_t rip)
{
    const struct cpu *cpu = this_cpu();

    return rip == entry_address(cpu, iret_to_user)
           || rip == entry_address(cpu, iret_to_user_with_verw)
           || rip == entry_address(cpu, iret_to_kernel)
           || rip == entry_address(cpu, resume_iret);
}

static void our_own_exception(struct frame *frame, unsigned vector)
{
    uint64_t rip = entry_in_template(frame->rip);
    uint64_t fixup = fault_fixup(rip);

    if (fixup)
        frame->rip += fixup - rip;
    else if (is_iret(frame->rip))
        redirect_iret_fault(frame, vector);
    else
        panic_frame(frame, this_cpu()->in_firmware
                    ? "unexpected exception in the EFI firmware"
                    : "unexpected exception in microxen");
}

/* CR0.TS was set for a guest that switches the FPU lazily. */
static void device_not_available(void)
{
    __asm__ volatile ("clts");
    this_cpu()->fpu_switched = false;
}

static uint64_t guest_exception(struct frame *frame, unsigned vector)
{
    if (vector == VECTOR_UD && emulate_cpuid(frame)) {
        if (!(frame->rflags & RFLAGS_TF))
            return 0;
        write_dr6(read_dr6() | DR6_BS);
        vector = VECTOR_DB;             /* the step over what was one */
    }
    if (vector == VECTOR_GP && ring3_selector_fix(frame))
        return 0;
    if (vector == VECTOR_PF && frame_from_user(frame)
        && user_bit_fix(read_cr2()))
        return 0;
    if (vector == VECTOR_NM && this_cpu()->fpu_switched)
        device_not_available();
    if (!this_cpu()->trap_handler[vector])
        panic_frame(frame, "the guest has no handler for its exception");
    if (frame_from_user(frame))
        mask_for_kernel();
    return bounce_in_place(frame, vector);
}

/* A deferred NMI has its turn: the guest runs with interrupts on again. */
static uint64_t deliver_deferred_nmi(struct frame *frame)
{
    struct cpu *cpu = this_cpu();

    if (!cpu->nmi_deferred || !cpu->trap_handler[VECTOR_NMI])
        return 0;
    cpu->nmi_deferred = 0;
    return bounce_in_place(frame, VECTOR_NMI);
}

#define OPCODE_RET      0xc3
#define OPCODE_GROUP5   0xff
#define MODRM_JMP_RCX   0xe1
#define MODRM_JMP_RIP   0x25            /* through memory, RIP-relative */
#define JMP_RIP_LENGTH  6

/* `sti; jmp` or `sti; ret` into the guest: go there.  False: it's neither. */
static bool finish_jump(struct frame *frame)
{
    const uint8_t *code = (const uint8_t *)frame->rip;

    if (code[0] == OPCODE_RET) {
        frame->rip = *(const uint64_t *)frame->rsp;
        frame->rsp += sizeof frame->rip;
        return true;
    }
    if (code[0] != OPCODE_GROUP5)
        return false;
    if (code[1] == MODRM_JMP_RCX)
        frame->rip = frame->rcx;
    else if (code[1] == MODRM_JMP_RIP)
        frame->rip = *(const uint64_t *)(code + JMP_RIP_LENGTH
                                         + *(const int32_t *)(code + 2));
    else
        return false;
    return true;
}

/*
 * An interrupt struck our code: where we sleep, or where an emulated
 * hypervisor forgot the shadow of our `sti` (halt.S).  Then HLT must not be
 * executed any more; and behind a jump it is the guest that was interrupted,
 * which is what is returned.
 */
static bool go_on_behind_sti(struct frame *frame)
{
    if (this_cpu()->in_firmware)
        return false;
    if (frame->rip == (uint64_t)halt_instruction)
        frame->rip++;
    return finish_jump(frame);
}

static uint64_t go_on(struct frame *frame)
{
    struct cpu *cpu = this_cpu();

    if (vcpu_is_down(cpu))
        vcpu_stay_down(cpu);
    if (cpu->nmi_deferred)
        return deliver_deferred_nmi(frame);
    return event_is_deliverable(cpu) ? bounce_event(cpu) : 0;
}

/* Of the guest's code, with its mask for the kernel. */
uint64_t after_interrupt(struct frame *frame)
{
    bool from_user = frame_from_user(frame);
    uint64_t handler = go_on(frame);

    if (from_user && !handler)
        mask_for_user();
    return handler;
}

/*
 * It came while IF was 0: QEMU's emulated SVM delivers what VMRUN injects a
 * second time when its own I/O thread interrupts it (docs/caveats.md).  What
 * was interrupted may hold any lock.  Should it be more than an echo, it comes
 * again: by the APIC, or as the outer Xen still has an event for us.
 */
static void postpone(unsigned vector)
{
    if (vector == VECTOR_OUTSIDE || vector == VECTOR_SPURIOUS)
        return;
    apic_eoi();
    interrupt_self(vector);
}

static uint64_t interrupted(struct frame *frame, unsigned vector, bool ours)
{
    if (!(frame->rflags & RFLAGS_IF)) {
        postpone(vector);
        return 0;
    }
    this_cpu()->interrupted = ours ? NULL : frame;
    if (frame_from_user(frame))
        mask_for_kernel();
    interrupt(vector);
    if (ours && !go_on_behind_sti(frame))
        return 0;
    return after_interrupt(frame);
}

uint64_t exception(struct frame *frame)
{
    unsigned vector = (uint8_t)frame->vector;
    bool ours = in_our_code(frame);

    if (vector < NR_EXCEPTIONS) {
        if (!ours)
            return guest_exception(frame, vector);
        our_own_exception(frame, vector);
        return 0;
    }
    if (this_cpu()->trap_handler[vector] && !ours && !apic_in_service(vector))
        return guest_exception(frame, vector);      /* INT n */
    return interrupted(frame, vector, ours);
}

/* In our own code there is no guest stack to build a frame on. */
static void defer_nmi(struct cpu *cpu)
{
    cpu->nmi_deferred = 1;
    interrupt_self(VECTOR_DEFERRED_NMI);
}

uint64_t entry_kernel_sti;

#define STI_LENGTH 1

/*
 * An NMI ends the shadow of the kernel's `sti`, and an interrupt could come
 * before the SYSCALL, which would wait for another one: again, then.
 */
static void redo_sti(struct frame *frame)
{
    if (!entry_kernel_sti || frame_from_user(frame)
        || frame->rip != entry_kernel_sti + STI_LENGTH)
        return;
    frame->rip = entry_kernel_sti;
    frame->rflags &= ~(uint64_t)RFLAGS_IF;      /* else it has no shadow */
}

static void nmi(struct frame *frame)
{
    struct cpu *cpu = this_cpu();
    bool swapgs = false;

    smp_stop_if_asked();
    redo_sti(frame);
    if (smp_freeze_by_nmi())
        return;
    if (on_the_way_to_us(frame)) {
        defer_nmi(cpu);
        return;
    }
    nmi_note_reason();
    if (bounce_to_stack(frame, VECTOR_NMI, &swapgs) && swapgs)
        frame->vector = RESUME_SWAPGS;
}

/*
 * In our own code it is a watchpoint of the guest's on what we touched for
 * it, a single step that SYSENTER did not clear, or one that a MOV SS
 * delayed into our stub: none can be reported where it belongs, and the
 * guest doesn't find it in DR6 later.  Nor can a step where GS is swapped.
 */
static void debug_exception(struct frame *frame)
{
    bool swapgs = false;

    if (on_the_way_to_us(frame)) {
        frame->rflags &= ~(uint64_t)RFLAGS_TF;
        write_dr6(DR6_NONE);
        return;
    }
    if (!bounce_to_stack(frame, VECTOR_DB, &swapgs))
        panic_frame(frame, "the guest can take no debug exception");
    if (swapgs)
        frame->vector = RESUME_SWAPGS;
}

/* Stubs push onto the guest's stack, too, before C has one of its own. */
static const char *double_fault_reason(const struct frame *frame)
{
    if (this_cpu()->in_firmware)
        return "double fault in the EFI firmware";
    if (in_our_code(frame)
        && frame->rsp >> OUR_ADDRESS_SHIFT == OUR_ADDRESS_VALUE)
        return "double fault in microxen";
    return "double fault: is the guest's stack used up?";
}

void ist_exception(struct frame *frame)
{
    switch ((uint8_t)frame->vector) {
    case VECTOR_NMI:
        nmi(frame);
        break;
    case VECTOR_DB:
        debug_exception(frame);
        break;
    case VECTOR_MC:
        panic_frame(frame, "machine check");
    default:
        panic_frame(frame, double_fault_reason(frame));
    }
}
