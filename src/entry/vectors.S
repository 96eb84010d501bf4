/* SPDX-License-Identifier: MIT */
/*
 * The ways in by the IDT: exceptions that go straight to the guest's
 * handler, and all others, by way of C.
 */
#include <entry/template.h>

    .section .entry, "ax", @progbits

/*
 * Exceptions that the guest has a handler for, which masks events.  The
 * frame is entry/template.h's; \error is 8 when hardware pushed an error
 * code, else 0.  Each puts itself on the list of fast_stubs.
 */
.macro FAST_EXCEPTION vector, error=0, pagefault=0
    .balign 16
fast_exception_\vector:
    push    %r11
    push    %rcx
    testb   $3, 24 + \error(%rsp)
    jz      2f
    swapgs
1:  .if \pagefault
    mov     %cr2, %r11
    USING_VCPU_INFO 0, mov %r11, VCPU_INFO(cr2)
    .endif
    MASK_EVENTS
    SET_FLAG
    jmp     *CPU_ITEM(trap_handler, 8 * \vector)

2:  mov     16 + \error(%rsp), %rcx
    shr     $OUR_ADDRESS_SHIFT, %rcx
    cmp     $OUR_ADDRESS_VALUE, %ecx
    je      3f
    USING_VCPU_INFO 1, cmpb $0, VCPU_INFO(mask)
    je      1b
    andl    $~RFLAGS_IF, 32 + \error(%rsp)
    movb    $1, 28 + \error(%rsp)       /* saved mask */
    jmp     1b

3:  pop     %rcx
    pop     %r11
    jmp     exception_stubs + EXCEPTION_STUB_SIZE * \vector

    .pushsection .fast_stubs, "a"
    .long   \vector, fast_exception_\vector - .
    .popsection
.endm

    FAST_EXCEPTION 0
    FAST_EXCEPTION 3
    FAST_EXCEPTION 4
    FAST_EXCEPTION 5
    FAST_EXCEPTION 10, error=8
    FAST_EXCEPTION 11, error=8
    FAST_EXCEPTION 12, error=8
    FAST_EXCEPTION 14, error=8, pagefault=1
    FAST_EXCEPTION 16
    FAST_EXCEPTION 17, error=8
    FAST_EXCEPTION 19
    FAST_EXCEPTION 128

/*
 * Everything else: a full frame (entry/frame.h), then C.
 */
.macro STUB vector
    .balign EXCEPTION_STUB_SIZE
    .if \vector >= 32
    push    $0
    .elseif ((VECTORS_WITH_ERROR >> \vector) % 2) == 0
    push    $0
    .endif
    .if \vector < 128
    push    $\vector
    .else
    push    $\vector - 256              /* one byte, sign extended */
    .endif
    .if \vector == VECTOR_NMI || \vector == VECTOR_DB || \
        \vector == VECTOR_MC || \vector == VECTOR_DF
    jmp     ist_exception
    .elseif \vector >= 32 && \vector != VECTOR_PMI
    jmp     interrupt_of_guest
    .else
    jmp     slow_exception
    .endif
.endm

    .balign EXCEPTION_STUB_SIZE
    .globl exception_stubs
exception_stubs:
    .altmacro
    .set vector, 0
    .rept 256
    STUB %vector
    .set vector, vector + 1
    .endr
    .noaltmacro

/*
 * An interrupt of the guest's code.  C serves it; what C keeps by itself is
 * not saved, so this is the upper part of struct frame (entry/frame.h):
 *
 *         +128 SS
 *         +120 RSP
 *         +112 RFLAGS
 *         +104 CS
 *         +96  RIP
 *         +88  0
 *         +80  vector
 *         +8   RDI, RSI, RDX, RCX, RAX, R8 to R11, downwards
 *         +0   RBX                <- RSP
 *
 * If anything is unusual the rest of it is pushed, and exception() decides; or
 * after_interrupt() does, if the interrupt has been served.
 */
    .balign 16
interrupt_of_guest:
    PUSH_FOR_C
    cld
    mov     INTERRUPT_rip(%rsp), %rcx
    shr     $OUR_ADDRESS_SHIFT, %rcx
    cmp     $OUR_ADDRESS_VALUE, %ecx
    je      slow_interrupt
    cmpw    $0, CPU(interrupts_in_c)
    jne     slow_interrupt
    testl   $RFLAGS_IF, INTERRUPT_rflags(%rsp)
    jz      slow_interrupt
    movzbl  INTERRUPT_vector(%rsp), %edi
    mov     %rsp, %rbx                  /* C keeps it */
    lea     STACK_TOP, %rsp
    testb   $3, INTERRUPT_cs(%rbx)
    jz      1f
    WITH_REAL_FLAG 0x38                 /* CMP; mask_for_kernel() */
    USING_VCPU_INFO 0, shrb $1, VCPU_INFO(mask)
1:  call    *CPU(interrupt)
    mov     %rbx, %rsp
    cmpw    $UP_AND_NO_NMI, CPU(nmi_deferred)
    jne     interrupt_served
    USING_VCPU_INFO 1, cmpw $1, VCPU_INFO(pending) /* and not masked */
    je      2f

    testb   $3, INTERRUPT_cs(%rsp)
    jz      1f
    stc                                 /* mask_for_user() */
    WITH_REAL_FLAG 0x38
    USING_VCPU_INFO 0, rclb $1, VCPU_INFO(mask)
1:  POP_FOR_C
    jmp     resume

2:  POP_FOR_C
    add     $16, %rsp
    testb   $3, 8(%rsp)
    jz      3f
    swapgs
3:  movb    $0, CPU(in_user)
    push    %r11
    push    %rcx
    MASK_EVENTS
    SET_FLAG
    jmp     *CPU(event_callback)

/* An NMI that was put off, or the vCPU is down. */
interrupt_served:
    PUSH_REST
    mov     %rsp, %rdi
    mov     %rsp, %rbx
    lea     STACK_TOP, %rsp
    call    *CPU(after_interrupt)
    jmp     exception_decided

/*
 * Interrupts, and exceptions that need a decision.  C runs on the CPU's
 * stack: it is in use only if we are on it already.  (On the guest's stack
 * may also be a stub above that was interrupted by a fault of its own.)
 *
 * uint64_t exception(struct frame *): 0 to go on where it was interrupted,
 * or the guest's handler, for which the frame is already in place.
 */
    .balign 16
slow_exception:
    PUSH_FOR_C
    cld
slow_interrupt:
    PUSH_REST
    mov     %rsp, %rdi
    mov     %rsp, %rbx                  /* C keeps it */
    mov     %rsp, %rcx
    shr     $OUR_ADDRESS_SHIFT, %rcx
    cmp     $OUR_ADDRESS_VALUE, %ecx
    je      1f
    lea     STACK_TOP, %rsp
1:  call    *CPU(exception)
exception_decided:
    mov     %rbx, %rsp
    test    %rax, %rax
    jnz     bounce
    POP_REGISTERS
resume:
    WITH_VERW resume_with_verw
    lea     16(%rsp), %rsp              /* vector and error code */
    .globl resume_iret
resume_iret:
    iretq

/* To the guest's handler, RAX; C has set mask, IF and bounce_has_error. */
bounce:
    mov     %rax, CPU(bounce_handler)
    POP_REGISTERS
    testb   $3, 24(%rsp)
    jz      1f
    swapgs
1:  add     $8, %rsp                    /* the vector */
    cmpb    $0, CPU(bounce_has_error)
    jne     2f
    add     $8, %rsp
2:  push    %r11
    push    %rcx
    SET_FLAG
    jmp     *CPU(bounce_handler)

/*
 * NMI, #DB, #MC, #DF: on stacks of our own, because they strike where RSP
 * or GS may still be the user's.  C edits the frame; a vector of
 * RESUME_SWAPGS asks for a swapgs on the way out.
 */
    .balign 16
ist_exception:
    PUSH_REGISTERS
    cld
    mov     %rsp, %rdi
    call    *CPU(ist_exception)
    POP_REGISTERS
    cmpq    $RESUME_SWAPGS, (%rsp)
    jne     1f
    swapgs
1:  WITH_VERW ist_with_verw
    lea     16(%rsp), %rsp
    iretq

    .section .note.GNU-stack, "", @progbits
