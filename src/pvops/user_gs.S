/* SPDX-License-Identifier: MIT */
/*
 * The base of the user's GS, which a context switch reads and writes: Linux on
 * Xen does that by its operations on MSRs, natively by RDGSBASE and WRGSBASE
 * between two SWAPGS.  So do these, where CR4 allows it and no interrupt can
 * find GS swapped; an NMI waits for their end (entry/exception.c).  Copied, as
 * load_sp0.S.  The stack has the return address only, but for a moment:
 *
 *         +8  the caller's
 *         +0  RFLAGS          <- RSP
 */
#include <machine/x86.h>

    .section .rodata

/* In: EDI = the MSR.  With GS swapped it goes on behind this; uses RAX. */
.macro WITH_USER_GS name
    .globl \name
\name:
    cmp     $MSR_KERNEL_GS, %edi
    jne     1f
    pushfq
    pop     %rax
    test    $RFLAGS_IF, %eax
    jnz     2f
    mov     %cr4, %rax
    test    $CR4_FSGSBASE, %eax
    jz      2f
    swapgs
    .globl \name\()_swapped
\name\()_swapped:
.endm

/*
 * It ends with two jumps that who copies it fills in: to the native function,
 * which FS has as well, and to that for all other MSRs.
 */
.macro END_WITH_USER_GS name
    swapgs
    ret
1:  cmp     $MSR_FS_BASE, %edi
    jne     3f
2:  .byte   0xe9
    .long   0
3:  .byte   0xe9
    .long   0
    .globl \name\()_end
\name\()_end:
.endm

/* u64 read_msr(u32 msr) */
    WITH_USER_GS pvops_read_msr
    rdgsbase %rax
    END_WITH_USER_GS pvops_read_msr

/* void write_msr(u32 msr, u64 value) */
    WITH_USER_GS pvops_write_msr
    wrgsbase %rsi
    END_WITH_USER_GS pvops_write_msr

/* void write_msr(u32 msr, u32 low, u32 high), before Linux 6.16 */
    WITH_USER_GS pvops_write_msr_halves
    shl     $32, %rdx
    mov     %esi, %eax
    or      %rdx, %rax
    wrgsbase %rax
    END_WITH_USER_GS pvops_write_msr_halves

    .section .note.GNU-stack, "", @progbits
