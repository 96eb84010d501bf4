/* SPDX-License-Identifier: MIT */
/*
 * For snippets.S: a page of pieces of code, between SNIPPETS_BEGIN and
 * SNIPPETS_END, that run.c maps for user mode, too.
 */
.macro SNIPPETS_BEGIN
    .section .text.snippets, "ax", @progbits
    .balign 4096
    .globl  snippets
snippets:
.endm

.macro SNIPPET name
    .balign 32, 0x90
    .globl  snippet_\name
snippet_\name:
.endm

.macro SNIPPETS_END
    .balign 4096, 0x90
.endm
