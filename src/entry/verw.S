/* SPDX-License-Identifier: MIT */
/*
 * The ways back to programs on CPUs whose buffers VERW has to overwrite first
 * (machine/verw.h): WITH_VERW's places are jumps to here then (code.c).  Each
 * does what stands there, from the same registers and stack.  VERW spoils ZF,
 * and what follows loads RFLAGS.
 */
#include <entry/template.h>

    .section .entry, "ax", @progbits

.macro OVERWRITE_BUFFERS
    verw    verw_selector(%rip)
.endm

/* R11 and RCX are SYSRET's, RSP is the program's. */
    .globl sysret_with_verw
    .balign 16
sysret_with_verw:
    OVERWRITE_BUFFERS
    swapgs
    sysretq

/* RSP is at RIP. */
    .globl iret_with_verw, iret_to_user_with_verw
    .balign 16
iret_with_verw:
    OVERWRITE_BUFFERS
    swapgs
iret_to_user_with_verw:
    iretq

/*
 * To the kernel or to a program; the stack begins as struct frame's vector
 * (entry/frame.h):
 *
 *         +24 CS
 *         +16 RIP
 *         +8  error code
 *         +0  vector              <- RSP
 */
    .globl resume_with_verw
    .balign 16
resume_with_verw:
    testb   $3, 24(%rsp)
    jz      1f
resume_user_with_verw:
    OVERWRITE_BUFFERS
1:  lea     16(%rsp), %rsp
    jmp     resume_iret

    .globl ist_with_verw
    .balign 16
ist_with_verw:
    testb   $3, 24(%rsp)
    jz      1f
    OVERWRITE_BUFFERS
1:  lea     16(%rsp), %rsp
    iretq

/* Any that VERW finds good makes it quickest. */
    .balign 2
verw_selector:
    .word   RING0_SS

    .section .note.GNU-stack, "", @progbits
