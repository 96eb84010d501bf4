/* SPDX-License-Identifier: MIT */
/* What is stepped through, watched and broken into.  RAX is what C passes. */
#include "run/snippet.h"

#define TF 0x100

.macro STEP                             /* behind the next instruction */
    pushf
    orl     $TF, (%rsp)
    popf
.endm

    SNIPPETS_BEGIN
SNIPPET ud
    ud2
SNIPPET nops
    nop
    nop
    nop
    ud2
SNIPPET icebp
    .byte   0xf1
    ud2
SNIPPET read
    mov     (%rax), %bl
    ud2
SNIPPET write
    movb    $1, (%rax)
    ud2
SNIPPET write_last                      /* of eight bytes, the last */
    movb    $1, 7(%rax)
    ud2
SNIPPET write_twice
    movb    $1, (%rax)
    nop
    movb    $2, (%rax)
    ud2
SNIPPET push
    lea     8(%rax), %rsp
    push    %rbx
    ud2
SNIPPET move                            /* a string, each byte of it */
    mov     %rax, %rdi
    mov     %rax, %rsi
    mov     $3, %ecx
    rep movsb
    ud2
SNIPPET step
    STEP
    nop
    ud2
SNIPPET step_off                        /* the last step is POPF's own */
    STEP
    pushf
    andl    $~TF, (%rsp)
    popf
    nop
    ud2
SNIPPET step_divide                     /* an exception is none */
    STEP
    xor     %ebx, %ebx
    div     %ebx
    ud2
SNIPPET step_syscall
    STEP
    syscall
    nop
    ud2
SNIPPET step_int3
    STEP
    int3
    ud2
SNIPPET hypercall                       /* xen_version(0, NULL) */
    mov     $17, %eax
    xor     %edi, %edi
    xor     %esi, %esi
    STEP
    syscall
    nop
    ud2
SNIPPET forced_cpuid
    STEP
    ud2
    .ascii  "xen"
    cpuid
    nop
    ud2
SNIPPET to_dr0
    mov     %rax, %dr0
    ud2
SNIPPET to_dr6
    mov     %rax, %dr6
    ud2
SNIPPET to_dr7
    mov     %rax, %dr7
    ud2
SNIPPET from_dr0
    mov     %dr0, %rbx
    ud2
SNIPPET from_dr6
    mov     %dr6, %rbx
    ud2
SNIPPET from_dr7
    mov     %dr7, %rbx
    ud2
    SNIPPETS_END

    .section .note.GNU-stack, "", @progbits
