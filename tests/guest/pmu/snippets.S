/* SPDX-License-Identifier: MIT */
/* What the counters' interrupt strikes.  RAX is what C passes. */
#include "run/snippet.h"

#define SCHED_OP  29
#define BLOCK     1
#define APIC_ICR  0x300
#define TO_ITSELF 0x40000

    SNIPPETS_BEGIN
/* RAX: where the local APIC is mapped, the vector in its lowest byte. */
SNIPPET send
    movzbl  %al, %ebx
    xor     %al, %al
    or      $TO_ITSELF, %ebx
    mov     %ebx, APIC_ICR(%rax)
    .globl  snippet_struck
snippet_struck:
    jmp     .
SNIPPET block
    mov     $SCHED_OP, %eax
    mov     $BLOCK, %edi
    syscall
    .globl  snippet_blocked
snippet_blocked:
    ud2
    SNIPPETS_END

    .section .note.GNU-stack, "", @progbits
