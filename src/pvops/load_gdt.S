/* SPDX-License-Identifier: MIT */
/*
 * void load_gdt(const struct desc_ptr *gdt): a hypercall that expects large
 * pages.  Copied, as load_sp0.S; the stack has the return address only.
 */
#include <offsets.h>

    .section .rodata
    .globl pvops_load_gdt
pvops_load_gdt:
    mov     $HYPERCALL_LOAD_GDT, %eax
    syscall
    ret
    int3
    .globl pvops_load_gdt_end
pvops_load_gdt_end:

    .section .note.GNU-stack, "", @progbits
