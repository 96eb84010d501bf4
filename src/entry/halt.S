/* SPDX-License-Identifier: MIT */
/*
 * void halt_once(void): wait for an interrupt and serve it.  The shadow of
 * `sti` covers HLT, so that none comes before it; but an emulated hypervisor
 * may forget the shadow when it leaves its guest there (QEMU's SVM does).
 * exception() lets what was interrupted at HLT go on behind it.
 */
    .text
    .globl halt_once, halt_instruction
halt_once:
    sti
halt_instruction:
    hlt
    cli
    ret

    .section .note.GNU-stack, "", @progbits
