/* SPDX-License-Identifier: MIT */
/*
 * What a kernel hands page tables over by, and takes them back, when it
 * forks, executes and exits: nearly all that is in its multicalls.  They are
 * update_va_mapping of the kernel's addresses, and mmuext_op that pins and
 * unpins.
 *
 * In: RDI = calls, ESI = how many; a multicall_entry_t (public/xen.h) is
 *
 *     +16 six arguments
 *     +8  the result
 *     +0  the hypercall's number
 *
 * While it works:
 *
 *     RDI  the next call            R10  the level-2 table walked to last
 *     RSI  the end                  RDX, RAX, R8  scratch
 *
 * That table is for the GiB that begins at CPU(walked) * 2 MiB.  It is kept
 * as long as the CPU itself keeps what it walked: until a flush.  C goes on
 * at the call that stopped this.  The registers but RAX and the arguments are
 * put back.
 */
#include <entry/hypercall_return.h>
#include <entry/page_walk.h>

#define RESULT      8
#define ARG(n)      (16 + 8 * (n))
#define CALL_SIZE   64

/* No wrap-around, and no limit that a kernel's batch would reach. */
#define MOST        4096
#define MOST_PINS   16

/* In CPU(walked): no address is within. */
#define NOWHERE     -0x80000000

    .section .entry, "ax", @progbits

/* To the next call.  On when there is none. */
.macro NEXT_CALL
    MAY_FAULT multicall_in_c
    movq    $0, RESULT(%rdi)
    add     $CALL_SIZE, %rdi
    cmp     %rsi, %rdi
    jb      next_call
.endm

/* R8 is the frame of the operation at RDX; `higher`: not of a level-1 table. */
.macro TABLE_OPERATION higher
    cmp     kernel_half(%rip), %rdx
    jb      multicall_in_c
    MAY_FAULT multicall_in_c
    testl   $~MMUEXT_UNPIN_TABLE, (%rdx)
    MAY_FAULT multicall_in_c
    mov     8(%rdx), %r8
    jnz     \higher
.endm

/* What are no arguments of the call. */
.macro RESTORE
    mov     CPU(kept_rdx), %rdx
    mov     CPU(kept_r8), %r8
    mov     CPU(kept_r10), %r10
.endm

/* It is the guest's. */
.macro OWNED_FRAME
    cmp     CPU(max_mfn), %r8
    jae     multicall_in_c
    movabs  $M2P_BASE, %rax
    cmpq    $M2P_INVALID, (%rax, %r8, 8)
    je      multicall_in_c
.endm

    .globl hot_multicall
    .balign 16
hot_multicall:
    cmp     kernel_half(%rip), %rdi
    jb      none_in_assembly
    lea     -1(%rsi), %eax
    cmp     $MOST, %eax
    jae     none_in_assembly
    mov     %rdx, CPU(kept_rdx)
    mov     %r8, CPU(kept_r8)
    mov     %r10, CPU(kept_r10)
    shl     $6, %rax
    lea     CALL_SIZE(%rdi, %rax), %rsi
    movq    $NOWHERE, CPU(walked)

next_call:
    MAY_FAULT multicall_in_c
    cmpq    $HYPERCALL_update_va_mapping, (%rdi)
    jne     table_operations
    MAY_FAULT multicall_in_c
    mov     ARG(0)(%rdi), %rdx
    MAY_FAULT multicall_in_c
    mov     ARG(1)(%rdi), %rax
    mov     %rdx, %r8
    shr     $21, %r8
    sub     CPU(walked), %r8
    cmp     $512, %r8
    jae     walk
walked:
    MAY_FAULT multicall_in_c
    mov     (%r10, %r8, 8), %r8
    NEXT_TABLE %r8, multicall_in_c
    shr     $9, %rdx
    and     $0xff8, %edx
    test    $PTE_RW, %al
    jz      read_only
write:
    MAY_FAULT multicall_in_c
    cmpq    $0, ARG(2)(%rdi)
    jne     write_and_flush
    MAY_FAULT multicall_in_c
    mov     %rax, (%r8, %rdx)
call_done:
    NEXT_CALL
calls_done:
    RESTORE
    xor     %eax, %eax
    HYPERCALL_RETURN

/* A page of the kernel's own loses its write bit: va_mapping.c. */
read_only:
    MAY_FAULT multicall_in_c
    xor     (%r8, %rdx), %rax
    test    frame_and_p(%rip), %rax
    jnz     1f
    MAY_FAULT multicall_in_c
    mov     (%r8, %rdx), %eax
    and     $(PTE_P | PTE_RW | PTE_US), %eax
    cmp     $(PTE_P | PTE_RW), %eax
    je      call_done
1:  MAY_FAULT multicall_in_c
    mov     ARG(1)(%rdi), %rax
    jmp     write

write_and_flush:
    MAY_FAULT multicall_in_c
    cmpq    $(UVMF_TLB_FLUSH | UVMF_LOCAL), ARG(2)(%rdi)
    .globl  multicall_flush_operand
    .set    multicall_flush_operand, . - 1
    jne     multicall_in_c
    MAY_FAULT multicall_in_c
    mov     %rax, (%r8, %rdx)
    mov     %cr3, %rax
    mov     %rax, %cr3
    movq    $NOWHERE, CPU(walked)
    jmp     call_done

/* RDX = an address; R8 is to be its 2 MiB's number within the GiB. */
walk:
    cmp     kernel_half(%rip), %rdx
    jb      multicall_in_c
    LOADED_TABLE %r10
    mov     %rdx, %r8
    shr     $39, %r8
    and     $511, %r8d
    mov     (%r10, %r8, 8), %r10
    NEXT_TABLE %r10, multicall_in_c
    mov     %rdx, %r8
    shr     $30, %r8
    mov     %r8, CPU(walked)
    shlq    $9, CPU(walked)
    and     $511, %r8d
    MAY_FAULT multicall_in_c
    mov     (%r10, %r8, 8), %r10
    NEXT_TABLE %r10, multicall_in_c
    mov     %rdx, %r8
    shr     $21, %r8
    and     $511, %r8d
    jmp     walked

table_operations:
    MAY_FAULT multicall_in_c
    cmpq    $HYPERCALL_mmuext_op, (%rdi)
    jne     multicall_in_c
    MAY_FAULT multicall_in_c
    mov     ARG(0)(%rdi), %rdx
    MAY_FAULT multicall_in_c
    cmpq    $0, ARG(2)(%rdi)
    jne     multicall_in_c
    MAY_FAULT multicall_in_c
    cmpq    $DOMID_SELF, ARG(3)(%rdi)
    jne     multicall_in_c
    MAY_FAULT multicall_in_c
    cmpq    $1, ARG(1)(%rdi)
    jne     several
    TABLE_OPERATION several
    OWNED_FRAME
    NEXT_CALL
    jmp     calls_done

several:
    MAY_FAULT multicall_in_c
    mov     ARG(1)(%rdi), %rax
    dec     %rax
    cmp     $MOST_PINS, %rax
    jae     multicall_in_c
next_table:
    TABLE_OPERATION higher_table
    OWNED_FRAME
table_done:
    add     $MMUEXT_OP_SIZE, %rdx
    MAY_FAULT multicall_in_c
    imul    $MMUEXT_OP_SIZE, ARG(1)(%rdi), %rax
    MAY_FAULT multicall_in_c
    add     ARG(0)(%rdi), %rax
    cmp     %rax, %rdx
    jne     next_table
    jmp     call_done

/* A new L4 gets our slots, from the one that is loaded. */
higher_table:
    OWNED_FRAME
    MAY_FAULT multicall_in_c
    cmpl    $MMUEXT_PIN_L4_TABLE, (%rdx)
    ja      multicall_in_c
    jb      table_done
    shl     $PAGE_SHIFT, %r8
    add     direct_map(%rip), %r8
    mov     CPU(mark_slot), %rax
    MAY_FAULT multicall_in_c
    cmp     %rax, MARK_SLOT(%r8)
    je      table_done
    movq    $NOWHERE, CPU(walked)
    LOADED_TABLE %r10
    .set    slot, OUR_FIRST_SLOT
    .rept   OUR_SLOTS
    mov     8 * slot(%r10), %rax
    mov     %rax, 8 * slot(%r8)
    .set    slot, slot + 1
    .endr
    jmp     table_done

multicall_in_c:
    sub     %rdi, %rsi
    shr     $6, %rsi
    RESTORE
none_in_assembly:
    mov     $HYPERCALL_multicall, %eax
    jmp     hypercall_in_c

    .section .note.GNU-stack, "", @progbits
