/* SPDX-License-Identifier: MIT */
/* For assembly: the general registers of struct frame (entry/frame.h). */
#ifdef __ASSEMBLER__

/* Those that C may change, and RBX, in which it keeps a value for us. */
.macro PUSH_FOR_C
    push    %rdi
    push    %rsi
    push    %rdx
    push    %rcx
    push    %rax
    push    %r8
    push    %r9
    push    %r10
    push    %r11
    push    %rbx
.endm

.macro POP_FOR_C
    pop     %rbx
    pop     %r11
    pop     %r10
    pop     %r9
    pop     %r8
    pop     %rax
    pop     %rcx
    pop     %rdx
    pop     %rsi
    pop     %rdi
.endm

.macro PUSH_REST
    push    %rbp
    push    %r12
    push    %r13
    push    %r14
    push    %r15
.endm

.macro POP_REST
    pop     %r15
    pop     %r14
    pop     %r13
    pop     %r12
    pop     %rbp
.endm

.macro PUSH_REGISTERS
    PUSH_FOR_C
    PUSH_REST
.endm

.macro POP_REGISTERS
    POP_REST
    POP_FOR_C
.endm

#endif
