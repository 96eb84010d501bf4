/* SPDX-License-Identifier: MIT */
/* The second vCPU's first instructions: keep what is in its registers. */
    .text
    .globl second_entry
second_entry:
    .set    place, second_registers
    .irp register, rax, rcx, rdx, rbx, rbp, rsi, rdi, rsp, \
                   r8, r9, r10, r11, r12, r13, r14, r15
    mov     %\register, place(%rip)
    .set    place, place + 8
    .endr
    mov     %fs:0, %rax
    mov     %rax, place(%rip)
    mov     %gs:0, %rax
    mov     %rax, place + 8(%rip)
    cld
    call    second_main
    ud2

    .bss
    .balign 16
    .globl second_registers
second_registers:
    .skip   18 * 8

    .section .note.GNU-stack, "", @progbits
