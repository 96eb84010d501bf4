/* SPDX-License-Identifier: MIT */
/*
 * One update_va_mapping in the kernel's part of the address space, without a
 * flush: a page becomes a page table, or is one no longer.
 *
 * In: RDI = the address, RSI = the entry, RDX = flags.  RAX and RDX are
 * scratch; C goes on with everything as it was.
 */
#include <entry/hypercall_return.h>
#include <entry/page_walk.h>

    .section .entry, "ax", @progbits

/* RAX = a table: go on to the one below, of the address's bits from `shift`. */
.macro TABLE_BELOW shift
    mov     %rdi, %rdx
    shr     $\shift, %rdx
    and     $511, %edx
    MAY_FAULT va_mapping_in_c
    mov     (%rax, %rdx, 8), %rax
    NEXT_TABLE %rax, va_mapping_in_c
.endm

    .globl hot_va_mapping
    .balign 16
hot_va_mapping:
    test    %rdx, %rdx
    jnz     hypercall_in_c
    cmp     kernel_half(%rip), %rdi
    jb      hypercall_in_c
    LOADED_TABLE %rax
    TABLE_BELOW 39
    TABLE_BELOW 30
    TABLE_BELOW 21
    mov     %rdi, %rdx
    shr     $PAGE_SHIFT - 3, %rdx
    and     $0xff8, %edx
    add     %rdx, %rax
    test    $PTE_RW, %sil
    jz      2f
1:  MAY_FAULT va_mapping_in_c
    mov     %rsi, (%rax)
va_mapping_done:
    xor     %eax, %eax
    HYPERCALL_RETURN

/* A page of the kernel's own loses its write bit: va_mapping.c. */
2:  MAY_FAULT va_mapping_in_c
    mov     (%rax), %rdx
    xor     %rsi, %rdx
    test    frame_and_p(%rip), %rdx
    jnz     1b
    MAY_FAULT va_mapping_in_c
    mov     (%rax), %edx
    and     $(PTE_P | PTE_RW | PTE_US), %edx
    cmp     $(PTE_P | PTE_RW), %edx
    jne     1b
    jmp     va_mapping_done

va_mapping_in_c:
    xor     %edx, %edx
    mov     $HYPERCALL_update_va_mapping, %eax
    jmp     hypercall_in_c

    .balign 8
    .globl frame_mask, frame_and_p, frame_p_and_ps
frame_mask:
    .quad   PTE_FRAME
frame_and_p:
    .quad   PTE_FRAME | PTE_P
frame_p_and_ps:
    .quad   PTE_FRAME | PTE_P | PTE_PS
    .globl direct_map, direct_map_less_p
direct_map:
    .quad   DIRECT_MAP_BASE
direct_map_less_p:
    .quad   DIRECT_MAP_BASE - PTE_P

    .section .note.GNU-stack, "", @progbits
