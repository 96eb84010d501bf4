/* SPDX-License-Identifier: MIT */
/*
 * registers_load and registers_store keep to no calling convention: the one
 * changes, the other preserves nothing but RSP and RBP. RBP is saved by the
 * first and put back by the second, since compilers don't take it as clobber.
 */
        .equ    FLAGS, 16 * 8
        .equ    SSE, FLAGS + 8

        .bss
        .balign 8
saved_rbp:
        .skip   8

        .text
        .globl  registers_load, registers_store

registers_load:
        mov     %rbp, saved_rbp(%rip)
        lea     registers_before(%rip), %rbp
        .irp    n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15
        movups  SSE + \n * 16(%rbp), %xmm\n
        .endr
        mov     0x00(%rbp), %rax
        mov     0x08(%rbp), %rcx
        mov     0x10(%rbp), %rdx
        mov     0x18(%rbp), %rbx
        mov     0x30(%rbp), %rsi
        mov     0x38(%rbp), %rdi
        mov     0x40(%rbp), %r8
        mov     0x48(%rbp), %r9
        mov     0x50(%rbp), %r10
        mov     0x58(%rbp), %r11
        mov     0x60(%rbp), %r12
        mov     0x68(%rbp), %r13
        mov     0x70(%rbp), %r14
        mov     0x78(%rbp), %r15
        push    FLAGS(%rbp)
        mov     0x28(%rbp), %rbp
        popfq
        ret

registers_store:
        pushfq
        push    %rbp
        lea     registers_after(%rip), %rbp
        mov     %rax, 0x00(%rbp)
        mov     %rcx, 0x08(%rbp)
        mov     %rdx, 0x10(%rbp)
        mov     %rbx, 0x18(%rbp)
        mov     %rsi, 0x30(%rbp)
        mov     %rdi, 0x38(%rbp)
        mov     %r8, 0x40(%rbp)
        mov     %r9, 0x48(%rbp)
        mov     %r10, 0x50(%rbp)
        mov     %r11, 0x58(%rbp)
        mov     %r12, 0x60(%rbp)
        mov     %r13, 0x68(%rbp)
        mov     %r14, 0x70(%rbp)
        mov     %r15, 0x78(%rbp)
        pop     0x28(%rbp)
        pop     FLAGS(%rbp)
        .irp    n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15
        movups  %xmm\n, SSE + \n * 16(%rbp)
        .endr
        mov     saved_rbp(%rip), %rbp
        cld
        ret

        .section .note.GNU-stack, "", @progbits
