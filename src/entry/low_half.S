/* SPDX-License-Identifier: MIT */
/*
 * SYSCALL, as entry_syscall, with a kernel in the low half, where no address
 * tells who made it: the iret hypercall notes that it enters user mode, and
 * every way back that it was left.  An iret whose frame becomes an upcall's
 * stays in the kernel.  For the frame of iret, see iret.S.
 */
#include <entry/template.h>

    .section .entry, "ax", @progbits

    .globl entry_syscall_low
    .balign 16
entry_syscall_low:
    cmpb    $0, CPU(in_user)
    movb    $0, CPU(in_user)
    jne     syscall_from_user
    cmp     $HYPERCALL_iret, %rax
    jne     cold_hypercall
    testb   $3, 40(%rsp)
    jz      entry_iret
    testl   $RFLAGS_IF, 48(%rsp)
    jz      1f
    USING_VCPU_INFO 1, cmpb $0, VCPU_INFO(pending)
    jne     entry_iret
1:  movb    $1, CPU(in_user)
    jmp     entry_iret

    .section .note.GNU-stack, "", @progbits
