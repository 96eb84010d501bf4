/* SPDX-License-Identifier: MIT */
/*
 * Several mmu_updates of the kernel's own: fork and mprotect.
 *
 * In: as hot_mmu_update has them; RDX is 0, R10 DOMID_SELF.  While it works:
 *
 *     RDI  the next request         R8   the table's machine address
 *     RSI  the end, or scratch      R10  where it is in the direct map
 *
 * The end is in updates_end as well, and kept_r8 is what R8 was.  C goes
 * on where this stops: what was done is not done twice.
 */
#include <entry/hot_mmu_update.h>

/* No wrap-around, and no limit that a kernel's batch would reach. */
#define MOST 4096
/* Requests between two looks at the end. */
#define GROUP 4

    .section .entry, "ax", @progbits

/* One request; `other`: goes on there if anything is in its way. */
.macro UPDATE at, other
    MAY_FAULT \other
    mov     \at * REQUEST_SIZE(%rdi), %rdx
    MAY_FAULT \other
    mov     \at * REQUEST_SIZE + VALUE(%rdi), %rax
    sub     %r8, %rdx
    test    $NOT_IN_TABLE, %rdx
    jnz     \other
    MAY_FAULT \other
    mov     %rax, (%r10, %rdx)
.endm

    .globl hot_mmu_updates
    .balign 16
hot_mmu_updates:
    cmp     kernel_half(%rip), %rdi
    jb      none_here
    lea     -1(%rsi), %eax
    cmp     $MOST, %eax
    jae     none_here
    mov     %r8, CPU(kept_r8)
    shl     $4, %rax
    lea     REQUEST_SIZE(%rdi, %rax), %rsi
    mov     %rsi, CPU(updates_end)
    mov     CPU(table), %r8
    mov     CPU(table_direct), %r10

next_group:
    sub     $GROUP * REQUEST_SIZE, %rsi
    cmp     %rsi, %rdi
    ja      2f
1:  UPDATE  0, other_0
    UPDATE  1, other_1
    UPDATE  2, other_2
    UPDATE  3, other_3
    add     $GROUP * REQUEST_SIZE, %rdi
    cmp     %rsi, %rdi
    jbe     1b
2:  add     $GROUP * REQUEST_SIZE, %rsi
    cmp     %rsi, %rdi
    jae     updates_done
3:  UPDATE  0, other_0
    add     $REQUEST_SIZE, %rdi
    cmp     %rsi, %rdi
    jb      3b
updates_done:
    mov     CPU(kept_r8), %r8
    xor     %eax, %eax
    HYPERCALL_RETURN

other_3:
    add     $REQUEST_SIZE, %rdi
other_2:
    add     $REQUEST_SIZE, %rdi
other_1:
    add     $REQUEST_SIZE, %rdi
other_0:
    MAY_FAULT updates_in_c
    mov     (%rdi), %rdx
    sub     %r8, %rdx
    test    $NOT_IN_TABLE, %rdx
    jz      updates_in_c                /* it was a fault */
    lea     -MMU_PT_UPDATE_PRESERVE_AD(%rdx), %rax
    test    $NOT_IN_TABLE, %rax
    jz      preserve_ad

    /* Another table. */
    add     %r8, %rdx
    test    $(PTE_SIZE - 1) & ~MMU_PT_UPDATE_PRESERVE_AD, %edx
    jnz     updates_in_c
    shr     $PAGE_SHIFT, %rdx
    cmp     CPU(max_mfn), %rdx
    jae     updates_in_c
    movabs  $M2P_BASE, %rax
    cmpq    $M2P_INVALID, (%rax, %rdx, 8)
    je      updates_in_c
    mov     %rdx, %r8
    shl     $PAGE_SHIFT, %r8
    movabs  $DIRECT_MAP_BASE, %r10
    add     %r8, %r10
    mov     %r8, CPU(table)
    mov     %r10, CPU(table_direct)
    mov     CPU(updates_end), %rsi
    jmp     next_group

/* Entries whose Accessed and Dirty bits hardware may set meanwhile. */
preserve_ad:
    add     $MMU_PT_UPDATE_PRESERVE_AD, %r8
1:  MAY_FAULT updates_in_c
    mov     (%rdi), %rdx
    sub     %r8, %rdx
    test    $NOT_IN_TABLE, %rdx
    jnz     4f
    MAY_FAULT updates_in_c
    mov     (%r10, %rdx), %rax
2:  mov     %rax, %rsi
    and     $(PTE_A | PTE_D), %esi
    MAY_FAULT updates_in_c
    or      VALUE(%rdi), %rsi
    MAY_FAULT updates_in_c
    lock cmpxchg %rsi, (%r10, %rdx)
    jne     2b
    add     $REQUEST_SIZE, %rdi
    cmp     CPU(updates_end), %rdi
    jb      1b
    jmp     updates_done

4:  sub     $MMU_PT_UPDATE_PRESERVE_AD, %r8
    mov     CPU(updates_end), %rsi
    jmp     next_group

updates_in_c:
    mov     CPU(updates_end), %rsi
    sub     %rdi, %rsi
    shr     $4, %rsi
    xor     %edx, %edx
    mov     $DOMID_SELF, %r10d
    mov     CPU(kept_r8), %r8
none_here:
    mov     $HYPERCALL_mmu_update, %eax
    jmp     hypercall_in_c

    .section .note.GNU-stack, "", @progbits
