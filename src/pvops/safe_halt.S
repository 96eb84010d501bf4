/* SPDX-License-Identifier: MIT */
/*
 * void safe_halt(void): wait for an event in microxen, with the interrupt
 * flag set.  The shadow of `sti` covers the SYSCALL, which clears it.
 * Copied, as load_sp0.S.
 */
#include <offsets.h>

    .section .rodata
    .globl pvops_safe_halt
pvops_safe_halt:
    mov     $HYPERCALL_sched_op, %eax
    mov     $SCHEDOP_block, %edi
    xor     %esi, %esi
    .globl pvops_safe_halt_sti
pvops_safe_halt_sti:
    sti
    syscall
    ret
    int3
    .globl pvops_safe_halt_end
pvops_safe_halt_end:

    .section .note.GNU-stack, "", @progbits
