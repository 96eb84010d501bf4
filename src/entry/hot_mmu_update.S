/* SPDX-License-Identifier: MIT */
/*
 * One mmu_update of the kernel's own: what a page fault takes.
 *
 * In: RDI = requests, ESI = how many, RDX = where to tell how many were
 * done, R10 = whose.  R8 and R10 may be used up; the others are as they
 * were, or their only value is put back, before C is called.
 */
#include <entry/hot_mmu_update.h>

    .section .entry, "ax", @progbits

    .globl hot_mmu_update
    .balign 16
hot_mmu_update:
    lea     -DOMID_SELF(%r10), %r8
    or      %rdx, %r8
    jnz     hypercall_in_c
    cmp     $1, %esi
    jne     hot_mmu_updates
    cmp     kernel_half(%rip), %rdi
    jb      hypercall_in_c
    MAY_FAULT in_c
    mov     (%rdi), %rdx
    MAY_FAULT in_c
    mov     8(%rdi), %rsi

    /* Mostly it is the table that was written last. */
    sub     CPU(table), %rdx
    test    $NOT_IN_TABLE, %rdx
    jnz     another
    add     CPU(table_direct), %rdx
    MAY_FAULT in_c
    mov     %rsi, (%rdx)
    xor     %eax, %eax
    HYPERCALL_RETURN

another:
    sub     $MMU_PT_UPDATE_PRESERVE_AD, %rdx
    test    $NOT_IN_TABLE, %rdx
    jnz     another_table
    add     CPU(table_direct), %rdx
    MAY_FAULT in_c
    mov     (%rdx), %rax
1:  mov     %rax, %r8
    and     $(PTE_A | PTE_D), %r8d
    or      %rsi, %r8
    MAY_FAULT in_c
    lock cmpxchg %r8, (%rdx)
    jne     1b
    xor     %eax, %eax
    HYPERCALL_RETURN

another_table:
    add     CPU(table), %rdx
    add     $MMU_PT_UPDATE_PRESERVE_AD, %rdx
    test    $PTE_SIZE - 1, %edx         /* MMU_NORMAL_PT_UPDATE */
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
    mov     $HYPERCALL_mmu_update, %eax
    xor     %edx, %edx
    mov     $1, %esi
    jmp     hypercall_in_c

    .section .note.GNU-stack, "", @progbits
