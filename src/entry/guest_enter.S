/* SPDX-License-Identifier: MIT */
/*
 * _Noreturn void guest_enter(const struct frame *frame);
 *
 * Runs once a CPU, in the image.  RSP goes through struct frame
 * (entry/frame.h); the last five words are IRETQ's.
 */
#include <entry/registers.h>

    .text
    .globl guest_enter
guest_enter:
    mov     %rdi, %rsp
    POP_REGISTERS
    add     $16, %rsp                   /* vector and error code */
    iretq

    .section .note.GNU-stack, "", @progbits
