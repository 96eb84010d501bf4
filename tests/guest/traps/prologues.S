/* SPDX-License-Identifier: MIT */
/*
 * Callbacks for SYSCALL that begin as Linux's does, or nearly: RCX and R11
 * are taken from the stack, and selectors stored in the frame, +32 SS and
 * +8 CS.  Each puts both registers back and goes on as ON_SYSCALL does.
 */
#include "run/values.h"

    .text

.macro CALLBACK name
    .balign 16
    .globl callback_\name
callback_\name:
.endm

CALLBACK of_linux
    endbr64
    pop     %rcx
    pop     %r11
    movq    $0x2b, 32(%rsp)
    movq    $0x33, 8(%rsp)
    .byte   0xe9                        /* JMP, long */
    .long   registers_back - . - 4
CALLBACK negative
    .byte   0x0f, 0x1f, 0x40, 0xd6      /* NOP, as Linux makes of ENDBR64 */
    pop     %rcx
    pop     %r11
    movq    $-0x12345678, 32(%rsp)
    movq    $-0x10001, 8(%rsp)
    jmp     registers_back
CALLBACK other_order
    pop     %rcx
    pop     %r11
    movq    $0x33, 8(%rsp)
    movq    $0x2b, 32(%rsp)
    jmp     registers_back
CALLBACK pops_alone
    pop     %rcx
    pop     %r11
registers_back:
    push    %r11
    push    %rcx
    jmp     trap_stubs + 16 * ON_SYSCALL
CALLBACK other_registers
    pop     %rcx
    pop     %r10
    push    %r10
    push    %rcx
    jmp     trap_stubs + 16 * ON_SYSCALL

    .section .note.GNU-stack, "", @progbits
