/* SPDX-License-Identifier: MIT */
/* void call_with_all(void): struct calling, calling.h. */
#define REGISTERS rax, rcx, rdx, rbx, rbp, rsi, rdi, \
                  r8, r9, r10, r11, r12, r13, r14, r15

    .text
    .globl call_with_all
call_with_all:
    pushfq
    push    %rbx
    push    %rbp
    push    %r12
    push    %r13
    push    %r14
    push    %r15
    pushq   calling + 15 * 8(%rip)
    cmpq    $0, calling + 16 * 8(%rip)
    .set    place, calling
    .irp register, REGISTERS
    mov     place(%rip), %\register
    .set    place, place + 8
    .endr
    jne     1f
    popfq
    syscall
    jmp     2f
1:  popfq
    call    *calling + 16 * 8(%rip)
2:  .set    place, calling
    .irp register, REGISTERS
    mov     %\register, place(%rip)
    .set    place, place + 8
    .endr
    pushfq
    pop     calling + 15 * 8(%rip)
    pop     %r15
    pop     %r14
    pop     %r13
    pop     %r12
    pop     %rbp
    pop     %rbx
    popfq
    ret

    .section .note.GNU-stack, "", @progbits
