/* SPDX-License-Identifier: MIT */
/*
 * One mmu_update of the kernel's own: what a page fault takes.
 *
 * In: RDI = requests, ESI = how many, RDX = where to tell how many were
 * done, R10 = whose.  No other register but RAX is used, and the only value
 * of those that were is put back before C is called.
 */
#include <entry/hot_mmu_update.h>

    .section .entry, "ax", @progbits

    .globl hot_mmu_update
    .balign 16
hot_mmu_update:
    lea     -DOMID_SELF(%r10), %rax
    or      %rdx, %rax
    jnz     all_in_c
    cmp     $1, %esi
    jne     hot_mmu_updates
    cmp     kernel_half(%rip), %rdi
    jb      in_c
    MAY_FAULT in_c
    mov     (%rdi), %rdx
    MAY_FAULT in_c
    mov     8(%rdi), %rsi

    /* Mostly it is the table that was written last.  RAX is 0 still. */
    sub     CPU(table), %rdx
    test    $NOT_IN_TABLE, %rdx
    jnz     another
    add     CPU(table_direct), %rdx
    MAY_FAULT in_c
    mov     %rsi, (%rdx)
    HYPERCALL_RETURN

another:
    sub     $MMU_PT_UPDATE_PRESERVE_AD, %rdx
    test    $NOT_IN_TABLE, %rdx
    jnz     another_table
    add     CPU(table_direct), %rdx
    MAY_FAULT in_c
    mov     (%rdx), %rax
1:  mov     %rax, %r10
    and     $(PTE_A | PTE_D), %r10d
    or      %rsi, %r10
    MAY_FAULT in_c
    lock cmpxchg %r10, (%rdx)
    jne     1b
    xor     %eax, %eax
    HYPERCALL_RETURN

another_table:
    add     CPU(table), %rdx
    add     $MMU_PT_UPDATE_PRESERVE_AD, %rdx
    test    $PTE_SIZE - 1, %edx         /* MMU_NORMAL_PT_UPDATE */
    jnz     in_c
    mov     %rdx, %rax
    shr     $PAGE_SHIFT, %rax
    cmp     CPU(max_mfn), %rax
    jae     in_c
    movabs  $M2P_BASE, %r10
    cmpq    $M2P_INVALID, (%r10, %rax, 8)
    je      in_c
    movabs  $DIRECT_MAP_BASE, %r10
    MAY_FAULT in_c
    mov     %rsi, (%r10, %rdx)
    shl     $PAGE_SHIFT, %rax
    mov     %rax, CPU(table)
    add     %r10, %rax
    mov     %rax, CPU(table_direct)
    xor     %eax, %eax
    HYPERCALL_RETURN

in_c:
    mov     $DOMID_SELF, %r10d
    xor     %edx, %edx
    mov     $1, %esi
all_in_c:
    mov     $HYPERCALL_mmu_update, %eax
    jmp     hypercall_in_c

    .section .note.GNU-stack, "", @progbits
