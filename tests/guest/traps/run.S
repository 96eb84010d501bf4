/* SPDX-License-Identifier: MIT */
/* Runs a piece of code until an exception or a callback ends it. */
#include "run.h"

.macro SAVE
    push    %rbx
    push    %rbp
    push    %r12
    push    %r13
    push    %r14
    push    %r15
    mov     %rsp, run_stack(%rip)
.endm

/* void run_kernel(const void *code, uint64_t rax, uint64_t rsp) */
    .text
    .globl run_kernel
run_kernel:
    SAVE
    mov     %rsi, %rax
    mov     %rdx, %rsp
    movabs  $RUN_RCX, %rcx
    movabs  $RUN_R11, %r11
    jmp     *%rdi

/* void run_iret(const struct run_context *context) */
    .globl run_iret
run_iret:
    SAVE
    .set    word, 8 * 8
    .rept   9
    pushq   word(%rdi)
    .set    word, word - 8
    .endr
    mov     $23, %eax                   /* __HYPERVISOR_iret */
    syscall

/* void run_iret_slot(const struct run_context *context): flags are last. */
    .globl run_iret_slot
run_iret_slot:
    SAVE
    .set    word, 8 * 8
    .rept   6
    pushq   word(%rdi)
    .set    word, word - 8
    .endr
    mov     0(%rdi), %rax
    mov     8(%rdi), %r11
    mov     16(%rdi), %rcx
    jmp     hypercall_page + 23 * 32    /* __HYPERVISOR_iret */

/* void run_end(void): back to who called one of the above. */
    .globl run_end
run_end:
    mov     run_stack(%rip), %rsp
    pop     %r15
    pop     %r14
    pop     %r13
    pop     %r12
    pop     %rbp
    pop     %rbx
    ret

    .bss
    .balign 8
run_stack:
    .skip   8

    .section .note.GNU-stack, "", @progbits
