/* SPDX-License-Identifier: MIT */
/*
 * One mmu_update of the kernel's own: what a page fault takes.
 *
 * In: RDI = requests, ESI = how many, RDX = where to tell how many were
 * done, R10 = whose.  R8 and R10 may be used up; the others are as they
 * were, or their only value is put back, before C is called.
 */
#include <entry/hypercall_return.h>

/* Bits of a pointer that mean another table, command or no entry at all. */
#define NOT_IN_TABLE ~(PAGE_SIZE - 8)

    .section .entry, "ax", @progbits

    .globl hot_mmu_update
    .balign 16
hot_mmu_update:
    lea     -DOMID_SELF(%r10), %r8
    or      %rdx, %r8
    jnz     hypercall_in_c
    cmp     $1, %esi
    jne     hypercall_in_c
    cmp     kernel_half(%rip), %rdi
    jb      hypercall_in_c
    MAY_FAULT in_c
    mov     (%rdi), %rdx
    MAY_FAULT in_c
    mov     8(%rdi), %rsi

    /* Mostly it is the table that was written last. */
    sub     CPU(table), %rdx
    test    $NOT_IN_TABLE, %rdx
    jnz     another_table
    add     CPU(table_direct), %rdx
    MAY_FAULT in_c
    mov     %rsi, (%rdx)
    xor     %eax, %eax
    HYPERCALL_RETURN

another_table:
    add     CPU(table), %rdx
    test    $7, %edx                    /* MMU_NORMAL_PT_UPDATE */
    jnz     in_c
    mov     %rdx, %r8
    shr     $PAGE_SHIFT, %r8
    cmp     CPU(max_mfn), %r8
    jae     in_c
    movabs  $M2P_BASE, %r10
    cmpq    $M2P_INVALID, (%r10, %r8, 8)
    je      1f
    movabs  $DIRECT_MAP_BASE, %r10
    MAY_FAULT 1f
    mov     %rsi, (%r10, %rdx)
    shl     $PAGE_SHIFT, %r8
    mov     %r8, CPU(table)
    add     %r10, %r8
    mov     %r8, CPU(table_direct)
    xor     %eax, %eax
    HYPERCALL_RETURN

1:  mov     $DOMID_SELF, %r10d
in_c:
    xor     %edx, %edx
    mov     $1, %esi
    jmp     hypercall_in_c

    .balign 8
    .globl kernel_half
kernel_half:
    .quad   OUR_VIRT_END

    .section .note.GNU-stack, "", @progbits
