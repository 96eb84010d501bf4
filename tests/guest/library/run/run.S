/* SPDX-License-Identifier: MIT */
/* Runs a piece of code until an exception or a callback ends it. */
#include "run/values.h"

#define CONCATENATED(a, b) a##b
#define BY_WAY(name, way) CONCATENATED(name, way)

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

/* void run_iret(const struct run_context *context), as start.S's hypercall */
    .globl  run_iret
    .set    run_iret, BY_WAY(run_iret_by_, BY)
run_iret_by_syscall:
    SAVE
    .set    word, 8 * 8
    .rept   9
    pushq   word(%rdi)
    .set    word, word - 8
    .endr
    mov     $23, %eax                   /* __HYPERVISOR_iret */
    syscall

    .globl  run_iret_by_page
run_iret_by_page:                       /* flags are last on the stack */
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

/*
 * void call_slot(unsigned long number, a1, a2, a3, a4, struct slot_result *)
 * By the transfer page; it ends after an upcall, if there is one.
 */
    .globl call_slot
call_slot:
    push    %rbx
    push    %r9
    mov     %rdi, %rax
    mov     %rsi, %rdi
    mov     %rdx, %rsi
    mov     %rcx, %rdx
    mov     %r8, %r10
    shl     $5, %rax
    lea     hypercall_page(%rip), %rbx
    add     %rax, %rbx
    movabs  $RUN_RCX, %rcx
    movabs  $RUN_R11, %r11
    call    *%rbx
    pop     %rbx
    mov     %rax, (%rbx)
    mov     %rcx, 8(%rbx)
    mov     %r11, 16(%rbx)
    mov     %r9, 24(%rbx)
    pushfq
    pop     32(%rbx)
    mov     %rbx, %rax
    pop     %rbx
    ret

    .bss
    .balign 8
run_stack:
    .skip   8

    .section .note.GNU-stack, "", @progbits
