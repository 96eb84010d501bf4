/* SPDX-License-Identifier: MIT */
/*
 * Copied to the page of stubs (stubs.c), so nothing here may be relative to
 * RIP.  Called as C functions.
 */
#include <machine/layout.h>
#include <offsets.h>

    .section .rodata
/*
 * void load_sp0(unsigned long sp0): what hardware and the SYSCALL stub take
 * for the kernel's stack.  The IDT lies in the CPU's area, and says where.
 *
 *         +16 the caller's
 *         +8  IDTR's base
 *         +6  IDTR's limit
 *         +0                  <- RSP
 */
    .globl pvops_load_sp0
pvops_load_sp0:
    sub     $16, %rsp
    sidt    6(%rsp)
    mov     8(%rsp), %rax
    mov     %rdi, CPU_TSS + TSS_RSP0 - CPU_IDT(%rax)
    add     $16, %rsp
    ret
    int3
    .globl pvops_load_sp0_end
pvops_load_sp0_end:

    .section .note.GNU-stack, "", @progbits
