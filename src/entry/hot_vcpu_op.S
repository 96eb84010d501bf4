/* SPDX-License-Identifier: MIT */
/*
 * vcpu_op(VCPUOP_set_singleshot_timer) for this vCPU: what a kernel's every
 * timer comes to, timer_set() of machine/timer.c in assembly.
 *
 * In: EDI = VCPUOP_*, ESI = the vCPU, RDX = where struct
 * vcpu_set_singleshot_timer is; its flags are ignored, as by Xen since 4.17.
 */
#include <entry/hypercall_return.h>
#include <entry/hypercall_in_c.h>

    .section .entry, "ax", @progbits

    .globl hot_vcpu_op
    .balign 16
hot_vcpu_op:
    cmp     $VCPUOP_set_singleshot_timer, %edi
    jne     hypercall_in_c
    cmp     CPU(id), %esi
    jne     hypercall_in_c
    cmp     kernel_half(%rip), %rdx
    jb      hypercall_in_c
    MAY_FAULT hypercall_in_c
    cmpl    $0, SINGLESHOT_flags(%rdx)  /* is it there? */
    MAY_FAULT hypercall_in_c
    mov     SINGLESHOT_timeout(%rdx), %rdi
    lea     -1(%rdi), %rax
    shr     $TIMER_LAST_BIT, %rax
    jnz     past_or_far
    mov     %rdi, CPU_ITEM(deadlines, 8 * TIMER_SINGLESHOT)
    mov     CPU(programmed), %rax
    dec     %rax                        /* 0, off, is the latest */
    cmp     %rax, %rdi
    jbe     1f
    xor     %eax, %eax
    HYPERCALL_RETURN

past_or_far:
    mov     $VCPUOP_set_singleshot_timer, %edi
    mov     $HYPERCALL_vcpu_op, %eax
    jmp     hypercall_in_c

1:  mov     %rdi, CPU(programmed)
    TO_CPU_STACK
    mov     CPU(timer_set_clock), %rax
    call    *(%rax)
    TO_GUEST_STACK
    xor     %eax, %eax
    HYPERCALL_RETURN

    .section .note.GNU-stack, "", @progbits
