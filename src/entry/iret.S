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
 * The upcall mask becomes !IF.  Clearing the mask and looking at the
 * pending byte beside it is one instruction, which is right as long as
 * only this CPU sets that byte (docs/invariants.md).
 */
#include <entry/template.h>

#define RFLAGS_NOT_OURS (RFLAGS_IOPL | RFLAGS_VM | RFLAGS_VIF | RFLAGS_VIP)

    .section .entry, "ax", @progbits

/* RCX is in its place already. */
.macro POP_IRET_REGISTERS
    mov     (%rsp), %rax
    mov     8(%rsp), %r11
    lea     32(%rsp), %rsp              /* at RIP */
.endm

/*
 * SYSRET when it restores all: the native kernel's own condition.  With the
 * guest's own flag an event doesn't wait for this (template.h), and IF is what
 * the guest says.
 */
.macro FAST_IRET real_flag
    mov     16(%rsp), %rcx
    cmp     %rcx, 32(%rsp)
    jne     iret_full
    mov     8(%rsp), %r11
    cmp     %r11, 48(%rsp)
    jne     iret_full
    .if \real_flag                      /* these must be clear */
    test    $(RFLAGS_TF | RFLAGS_RF | RFLAGS_NOT_OURS), %r11d
    jnz     iret_full
    .else                               /* and IF be set */
    lea     -RFLAGS_IF(%r11), %eax
    test    $(RFLAGS_IF | RFLAGS_TF | RFLAGS_RF | RFLAGS_NOT_OURS), %eax
    jnz     iret_full
    USING_VCPU_INFO 2, andw $0x00ff, VCPU_INFO(pending)
    jnz     iret_event
    .endif
    cmp     last_user_address(%rip), %rcx
    ja      iret_unmasked
    cmpl    $SYSRET_CS, 40(%rsp)
    jne     iret_unmasked
    cmpl    $SYSRET_SS, 64(%rsp)
    jne     iret_unmasked
    mov     (%rsp), %rax
    mov     56(%rsp), %rsp
    swapgs
    sysretq
.endm

    .globl iret_with_flag
    .balign 16
iret_with_flag:
    FAST_IRET 1

    .globl entry_iret
    .balign 16
entry_iret:
    FAST_IRET 0

/* Nothing is known of RFLAGS yet. */
iret_full:
    mov     48(%rsp), %eax
    lea     -RFLAGS_IF(%rax), %eax
    test    $(RFLAGS_IF | RFLAGS_NOT_OURS), %eax
    jnz     iret_odd
    USING_VCPU_INFO 2, andw $0x00ff, VCPU_INFO(pending)
    jnz     iret_event
iret_unmasked:
    testb   $3, 40(%rsp)
    jz      iret_kernel
    POP_IRET_REGISTERS
    swapgs
    .globl iret_to_user
iret_to_user:
    iretq

/* IF may be clear, and bits be set that the guest doesn't control. */
iret_odd:
    testl   $RFLAGS_IF, 48(%rsp)
    jz      1f
    USING_VCPU_INFO 2, andw $0x00ff, VCPU_INFO(pending)
    jnz     iret_event
    jmp     2f
1:  MASK_EVENTS
    WITH_REAL_FLAG 0xf7, size=2, second=0x44    /* TEST */
    orl     $RFLAGS_IF, 48(%rsp)
2:  andl    $~RFLAGS_NOT_OURS, 48(%rsp)
    jmp     iret_unmasked

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
    lea     -RFLAGS_IF(%r11), %eax
    test    $(RFLAGS_IF | RFLAGS_TF | RFLAGS_RF | RFLAGS_NOT_OURS), %eax
    jnz     page_iret_full
    USING_VCPU_INFO 2, andw $0x00ff, VCPU_INFO(pending)
    jnz     page_iret_frame
    cmp     last_user_address(%rip), %rcx
    ja      page_iret_frame
    cmpl    $SYSRET_CS, 24(%rsp)
    jne     page_iret_frame
    cmpl    $SYSRET_SS, 48(%rsp)
    jne     page_iret_frame
    pop     %rax
    mov     32(%rsp), %rsp
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
    pop     %rax
    lea     8(%rsp), %rsp               /* at RIP */
    swapgs
    jmp     iret_to_user

/* What is left is done as after a SYSCALL; looking again does no harm. */
page_iret_frame:
    pop     %rax
    push    %rcx
    push    %r11
    push    %rax
    jmp     iret_full

/*
 * To the kernel itself.  Its frames carry its own GDT's selector or the
 * ABI's, of which none is a ring-0 segment of ours; SS may be anything.
 */
iret_kernel:
    movq    $RING0_CS, 40(%rsp)
    movq    $RING0_SS, 64(%rsp)
    POP_IRET_REGISTERS
    .globl iret_to_kernel
iret_to_kernel:
    iretq

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
