/* SPDX-License-Identifier: MIT */
/* C functions during a hypercall.  Needs template.h. */
#ifdef __ASSEMBLER__

/*
 * To the CPU's stack, which holds from the top: R9, R11, RCX, R8, R10.  These
 * C may change, and hypercall_flags() looks for R11 there.
 */
.macro TO_CPU_STACK
    mov     %rsp, CPU(guest_rsp)
    lea     STACK_TOP, %rsp
    push    %r9
    push    %r11
    push    %rcx
    push    %r8
    push    %r10
.endm

.macro TO_GUEST_STACK
    pop     %r10
    pop     %r8
    pop     %rcx
    pop     %r11
    pop     %r9
    mov     CPU(guest_rsp), %rsp
.endm

/* The hypercall's own function, by its number in EAX. */
.macro HYPERCALL_IN_C
    TO_CPU_STACK
    push    %rdx
    push    %rsi
    push    %rdi
    mov     %r10, %rcx
    mov     CPU(hypercalls), %r10
    call    *(%r10, %rax, 8)
    pop     %rdi
    pop     %rsi
    pop     %rdx
    TO_GUEST_STACK
.endm

#endif
