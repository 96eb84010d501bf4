/* SPDX-License-Identifier: MIT */
/* A hypercall's C function, by its number in EAX.  Needs template.h. */
#ifdef __ASSEMBLER__

/* On the CPU's stack, which holds from the top: R9, R11, RCX, R8 and so on. */
.macro HYPERCALL_IN_C
    mov     %rsp, CPU(guest_rsp)
    lea     STACK_TOP, %rsp
    push    %r9
    push    %r11
    push    %rcx
    push    %r8
    push    %r10
    push    %rdx
    push    %rsi
    push    %rdi
    mov     %r10, %rcx
    mov     CPU(hypercalls), %r10
    call    *(%r10, %rax, 8)
    pop     %rdi
    pop     %rsi
    pop     %rdx
    pop     %r10
    pop     %r8
    pop     %rcx
    pop     %r11
    pop     %r9
    mov     CPU(guest_rsp), %rsp
.endm

#endif
