/* SPDX-License-Identifier: MIT */
/*
 * The iret hypercall (public/arch-x86/xen-x86_64.h, struct iret_context).
 *
 *         +64 SS
 *         +56 RSP
 *         +48 RFLAGS
 *         +40 CS
 *         +32 RIP
 *         +24 flags (VGCF_*)
 *         +16 RCX
 *         +8  R11
 *         +0  RAX                 <- RSP
 *
 * The upcall mask becomes !IF for the kernel, and is set for a user program
 * (template.h).  Clearing the mask and looking at the pending byte beside it
 * is one instruction, which is right as long as only this CPU sets that byte
 * (docs/invariants.md).
 */
#include <entry/template.h>

#define RFLAGS_NOT_OURS (RFLAGS_IOPL | RFLAGS_VM | RFLAGS_VIF | RFLAGS_VIP)

/* A set mask, in the four bytes that begin with the pending one. */
#define MASK_BEHIND_PENDING 0x100

    .section .entry, "ax", @progbits

/* RCX is in its place already. */
.macro POP_IRET_REGISTERS
    mov     (%rsp), %rax
    mov     8(%rsp), %r11
    lea     32(%rsp), %rsp              /* at RIP */
.endm

/*
 * ZF is set if in R11 these are clear and IF is set, events are masked and
 * none is pending; EAX is used up.  Eight times RFLAGS has a reserved flag,
 * which is 0, where the mask lies behind the pending byte.
 */
.macro FLAGS_AND_EVENTS_FIT
    lea     MASK_BEHIND_PENDING - 8 * RFLAGS_IF(, %r11, 8), %eax
    and     $(8 * (RFLAGS_IF | RFLAGS_TF | RFLAGS_RF | RFLAGS_NOT_OURS) \
              + MASK_BEHIND_PENDING), %eax
    USING_VCPU_INFO 0, xor VCPU_INFO(pending), %eax
.endm

/*
 * SYSRET when it restores all: the native kernel's own condition.  With the
 * guest's own flag an event doesn't wait for this (template.h), and IF is what
 * the guest says.  Intel's SYSRET faults by itself if the address isn't a
 * user's, on the user's stack; others leave that to the next instruction.
 */
.macro FAST_IRET real_flag, any_address
    mov     16(%rsp), %rcx
    cmp     %rcx, 32(%rsp)
    jne     iret_full
    mov     8(%rsp), %r11
    cmp     %r11, 48(%rsp)
    jne     iret_full
    .if \real_flag                      /* these must be clear */
    test    $(RFLAGS_TF | RFLAGS_RF | RFLAGS_NOT_OURS), %r11d
    jnz     iret_full
    .else
    FLAGS_AND_EVENTS_FIT
    jnz     iret_full
    .endif
    .if !\any_address
    cmp     last_user_address(%rip), %rcx
    ja      iret_full
    .endif
    cmpl    $SYSRET_CS, 40(%rsp)
    jne     iret_full
    cmpl    $SYSRET_SS, 64(%rsp)
    jne     iret_full
    mov     (%rsp), %rax
    mov     56(%rsp), %rsp
    WITH_VERW sysret_with_verw
    swapgs
    sysretq
.endm

    .globl iret_with_flag
    .balign 16
iret_with_flag:
    FAST_IRET 1, 0

    .globl iret_with_flag_any_address
    .balign 16
iret_with_flag_any_address:
    FAST_IRET 1, 1

    .globl entry_iret
    .balign 16
entry_iret:
    FAST_IRET 0, 0

    .globl entry_iret_any_address
    .balign 16
entry_iret_any_address:
    FAST_IRET 0, 1

/* Nothing is known of RFLAGS yet.  (Later the JE is a JMP.) */
iret_full:
    mov     48(%rsp), %eax
    lea     -RFLAGS_IF(%rax), %eax
    test    $(RFLAGS_IF | RFLAGS_NOT_OURS), %eax
    jnz     iret_odd
    testb   $3, 40(%rsp)
    jz      1f
    USING_VCPU_INFO 2, cmpw $MASK_BEHIND_PENDING, VCPU_INFO(pending)
    WITH_REAL_FLAG 0xeb
    je      iret_user
    USING_VCPU_INFO 1, cmpb $0, VCPU_INFO(pending)
    jne     iret_event
    MASK_EVENTS
iret_user:
    POP_IRET_REGISTERS
iret_popped:
    WITH_VERW iret_with_verw
    swapgs
    .globl iret_to_user
iret_to_user:
    iretq

/*
 * To the kernel itself.  Its frames carry its own GDT's selector or the
 * ABI's, of which none is a ring-0 segment of ours; SS may be anything.
 */
1:  USING_VCPU_INFO 2, andw $0x00ff, VCPU_INFO(pending)
    jnz     iret_event
iret_kernel:
    movq    $RING0_CS, 40(%rsp)
    movq    $RING0_SS, 64(%rsp)
    POP_IRET_REGISTERS
    .globl iret_to_kernel
iret_to_kernel:
    iretq

/* IF may be clear, and bits be set that the guest doesn't control. */
iret_odd:
    andl    $~RFLAGS_NOT_OURS, 48(%rsp)
    testl   $RFLAGS_IF, 48(%rsp)
    jnz     iret_full
    MASK_EVENTS
    WITH_REAL_FLAG 0xf7, size=2, second=0x44    /* TEST */
    orl     $RFLAGS_IF, 48(%rsp)
    testb   $3, 40(%rsp)
    jz      iret_kernel
    WITH_REAL_FLAG 0xf6
    USING_VCPU_INFO 1, movb $MASK_OF_USER_MASKED, VCPU_INFO(mask)
    jmp     iret_user

/*
 * By the transfer page: RCX and R11 are the guest's still, and on the stack
 * is RAX, in its place, with `flags` next.  The same conditions.
 */
    .globl page_iret
    .balign 16
page_iret:
    cmp     %rcx, 16(%rsp)
    jne     page_iret_full
    cmp     %r11, 32(%rsp)
    jne     page_iret_full
    FLAGS_AND_EVENTS_FIT
    jnz     page_iret_full
    cmp     last_user_address(%rip), %rcx
    ja      page_iret_frame
    cmpl    $SYSRET_CS, 24(%rsp)
    jne     page_iret_frame
    cmpl    $SYSRET_SS, 48(%rsp)
    jne     page_iret_frame
    pop     %rax
    mov     32(%rsp), %rsp
    WITH_VERW sysret_with_verw
    swapgs
    sysretq

page_iret_full:
    mov     32(%rsp), %eax
    lea     -RFLAGS_IF(%rax), %eax
    test    $(RFLAGS_IF | RFLAGS_NOT_OURS), %eax
    jnz     page_iret_frame
    USING_VCPU_INFO 2, andw $0x00ff, VCPU_INFO(pending)
    jnz     page_iret_frame
    testb   $3, 24(%rsp)
    jz      page_iret_frame
    MASK_EVENTS
    pop     %rax
    lea     8(%rsp), %rsp               /* at RIP */
    jmp     iret_popped

/* What is left is done as after a SYSCALL; looking again does no harm. */
page_iret_frame:
    pop     %rax
    push    %rcx
    push    %r11
    push    %rax
    jmp     iret_full

/*
 * Unmasked with an event pending: the frame to return to stays where it
 * is and becomes the upcall's frame.
 */
iret_event:
    POP_IRET_REGISTERS
    push    %r11
    push    %rcx
    MASK_EVENTS
    SET_FLAG
    jmp     *CPU(event_callback)

/*
 * An iretq above faulted: the C code resumes here, with RSP back at the
 * frame that could not be returned to.  The guest gets the fault as if
 * the target of the return had caused it.
 */
    .globl iret_fault
iret_fault:
    testb   $3, 8(%rsp)
    jz      1f
    swapgs
1:  push    CPU(bounce_error)
    push    %r11
    push    %rcx
    SET_FLAG
    jmp     *CPU(bounce_handler)

/* An event for a guest without a callback: a panic that names this place. */
    .globl entry_no_event_callback
entry_no_event_callback:
    ud2

    .balign 8
    .globl last_user_address
last_user_address:
    .quad   LAST_USER_ADDRESS

    .section .note.GNU-stack, "", @progbits
