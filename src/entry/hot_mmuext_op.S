/* SPDX-License-Identifier: MIT */
/*
 * The mmuext_op of each context switch, NEW_BASEPTR with NEW_USER_BASEPTR;
 * INVLPG of a page or a flush of all on this CPU; and that a page is a
 * level-1 table or no table any more, of which nothing is noted here.
 *
 * In: RDI = operations, ESI = how many, RDX = where to tell how many were
 * done, R10 = whose; an operation (public/xen.h, struct mmuext_op) is
 *
 *     +16 arg2
 *     +8  arg1: the frame, or the address
 *     +0  the command, 32 bits
 *
 * No other register but RAX is used, and the only value of those that were
 * is put back before C is called.
 */
#include <entry/hypercall_return.h>

#define ARG1 8

    .section .entry, "ax", @progbits

    .globl hot_mmuext_op
    .balign 16
hot_mmuext_op:
    lea     -DOMID_SELF(%r10), %rax
    or      %rdx, %rax
    jnz     operations_in_c
    cmp     $2, %esi
    jne     one_operation

    /* No address of ours has two such commands with L4s: nothing is asked. */
    MAY_FAULT operations_in_c
    cmpl    $MMUEXT_NEW_BASEPTR, (%rdi)
    jne     operations_in_c
    MAY_FAULT operations_in_c
    cmpl    $MMUEXT_NEW_USER_BASEPTR, MMUEXT_OP_SIZE(%rdi)
    jne     operations_in_c
    MAY_FAULT operations_in_c
    mov     ARG1(%rdi), %rdx
    MAY_FAULT two_in_c
    mov     MMUEXT_OP_SIZE + ARG1(%rdi), %rsi
    shl     $PAGE_SHIFT, %rdx
    shl     $PAGE_SHIFT, %rsi
    movabs  $DIRECT_MAP_BASE, %r10
    mov     CPU(mark_slot), %rax
    MAY_FAULT two_in_c
    cmp     %rax, MARK_SLOT(%r10, %rdx)
    jne     two_in_c
    MAY_FAULT two_in_c
    cmp     %rax, MARK_SLOT(%r10, %rsi)
    jne     no_user_l4
load_l4:
    MAY_FAULT two_in_c
    mov     %rdx, %cr3
    xor     %eax, %eax
    HYPERCALL_RETURN

/* Programs have none, say the tables of kernel threads. */
no_user_l4:
    test    %rsi, %rsi
    jz      load_l4
two_in_c:
    mov     $2, %esi
    xor     %edx, %edx
    mov     $DOMID_SELF, %r10d
operations_in_c:
    mov     $HYPERCALL_mmuext_op, %eax
    jmp     hypercall_in_c

one_operation:
    cmp     kernel_half(%rip), %rdi
    jb      operations_in_c
    cmp     $1, %esi
    jne     operations_in_c
    MAY_FAULT operations_in_c
    cmpl    $MMUEXT_INVLPG_LOCAL, (%rdi)
    jne     flush_all
    MAY_FAULT operations_in_c
    mov     ARG1(%rdi), %rsi
    invlpg  (%rsi)
    HYPERCALL_RETURN                    /* RAX is 0 still */

flush_all:
    MAY_FAULT operations_in_c
    cmpl    $MMUEXT_TLB_FLUSH_LOCAL, (%rdi)
    .globl  hot_flush_operand
    .set    hot_flush_operand, . - 1
    jne     pin_or_unpin
    mov     %cr3, %rax
    mov     %rax, %cr3
    xor     %eax, %eax
    HYPERCALL_RETURN

/* MMUEXT_PIN_L1_TABLE or MMUEXT_UNPIN_TABLE: is it the guest's? */
pin_or_unpin:
    MAY_FAULT operations_in_c
    testl   $~MMUEXT_UNPIN_TABLE, (%rdi)
    jnz     operations_in_c
    MAY_FAULT operations_in_c
    mov     ARG1(%rdi), %rax
    cmp     CPU(max_mfn), %rax
    jae     operations_in_c
    movabs  $M2P_BASE, %r10
    cmpq    $M2P_INVALID, (%r10, %rax, 8)
    mov     $DOMID_SELF, %r10d
    je      operations_in_c
    xor     %eax, %eax
    HYPERCALL_RETURN

    .section .note.GNU-stack, "", @progbits
