/* SPDX-License-Identifier: MIT */
/*
 * Pieces of code that raise an exception, in kernel or in user mode: a page
 * that is mapped for both.  RAX is what C passes.  Those that come through
 * end with UD2.
 */
#include "run/snippet.h"

    SNIPPETS_BEGIN
SNIPPET de
    xor     %ebx, %ebx
    div     %ebx
SNIPPET icebp
    .byte   0xf1
    ud2
SNIPPET step
    pushf
    orl     $0x100, (%rsp)
    popf
    nop
    ud2
SNIPPET nop
    nop
    ud2
SNIPPET bp
    int3
SNIPPET int4
    int     $4
    ud2
SNIPPET int48
    int     $48
    ud2
SNIPPET int80
    int     $0x80
    ud2
SNIPPET int200
    int     $200
    ud2
SNIPPET ud
    ud2
SNIPPET nm
    fnop
    ud2
SNIPPET ds
    mov     %eax, %ds
    ud2
SNIPPET ss
    mov     %eax, %ss
    ud2
SNIPPET stack
    mov     %rax, %rbp
    mov     (%rbp), %ebx
    ud2
SNIPPET read
    mov     (%rax), %ebx
    ud2
SNIPPET write
    mov     %ebx, (%rax)
    ud2
SNIPPET jump
    jmp     *%rax
SNIPPET mf
    fninit
    push    $0x37b                      /* zero divide is not masked */
    fldcw   (%rsp)
    fld1
    fldz
    fdivrp
    fwait
    ud2
SNIPPET xm
    push    $0x1d80                     /* the same */
    ldmxcsr (%rsp)
    xorps   %xmm0, %xmm0
    mov     $1, %ebx
    cvtsi2sd %ebx, %xmm1
    divsd   %xmm0, %xmm1
    ud2
SNIPPET ac
    pushf
    orl     $0x40000, (%rsp)
    popf
    mov     1(%rsp), %ebx
    ud2
SNIPPET df
    std
    ud2
SNIPPET nt
    pushf
    orl     $0x4000, (%rsp)
    popf
    ud2
SNIPPET hlt
    hlt
SNIPPET in
    in      $0x80, %al
    ud2
SNIPPET cli
    cli
    ud2
SNIPPET cr
    mov     %cr3, %rbx
    ud2
SNIPPET syscall
    syscall
    ud2
SNIPPET sysenter
    sysenter
    ud2
SNIPPET cpuid
    ud2
    .ascii  "xen"
    cpuid
    ud2
SNIPPET spin
    jmp     snippet_spin
SNIPPET version                         /* xen_version(0, NULL) */
    mov     $17, %eax
    xor     %edi, %edi
    xor     %esi, %esi
    syscall
    ud2
SNIPPET block                           /* sched_op(SCHEDOP_block) */
    mov     $29, %eax
    mov     $1, %edi
    syscall
    ud2
SNIPPET selectors                       /* AX to SS, and what is there then */
    mov     %eax, %ss
    mov     %eax, %ds
    mov     %eax, %es
    push    $1
    pop     %rbx
    ud2
SNIPPET selector_r8                     /* the same with a prefix */
    mov     %eax, %r8d
    mov     %r8d, %ss
    ud2
SNIPPET iretq                           /* to itself, in the ring it is in */
    mov     %rsp, %rbx
    mov     %ss, %edx
    or      $3, %edx
    push    %rdx
    push    %rbx
    pushf
    mov     %cs, %edx
    or      $3, %edx
    push    %rdx
    lea     snippet_iretq_end(%rip), %rdx
    push    %rdx
    iretq
    ud2
SNIPPET iretq_end
    nop
    ud2
SNIPPET compat_block                    /* sched_op_compat(SCHEDOP_block) */
    mov     $6, %eax
    mov     $1, %edi
    syscall
    ud2
SNIPPET flags                           /* all that user mode can set */
    push    %rax
    popf
    syscall
    ud2
SNIPPET bases                           /* what FS and GS show */
    mov     %fs:0, %rbx
    mov     %gs:0, %rdx
    ud2
SNIPPET load_fs                         /* AX to FS, and what that shows */
    mov     %eax, %fs
    mov     %fs:0, %rbx
    ud2
SNIPPET load_gs
    mov     %eax, %gs
    mov     %gs:0, %rbx
    ud2
SNIPPET data_selectors
    mov     %ds, %ebx
    mov     %es, %edx
    ud2

SNIPPET wide
    movabs  $1 << 40, %rbx
    ud2

    .code32
SNIPPET ud_32
    ud2
SNIPPET int80_32
    int     $0x80
    ud2
SNIPPET syscall_32
    syscall
    ud2
SNIPPET bound_32
    push    $0                          /* bounds: 0 to 0 */
    push    $0
    mov     $1, %eax
    bound   %eax, (%esp)
    ud2
SNIPPET into_32
    mov     $0x7fffffff, %eax
    add     $1, %eax
    into
    ud2
SNIPPET bp_32
    int3
SNIPPET aam_32                          /* divides by 0 */
    aam     $0
SNIPPET de_32
    xor     %ebx, %ebx
    div     %ebx
SNIPPET ds_32
    mov     %eax, %ds
    ud2
SNIPPET les_32
    push    %eax
    push    $0
    les     (%esp), %ebx
    ud2
SNIPPET lss_32
    push    %eax
    push    $0
    lss     (%esp), %ebx
    ud2
SNIPPET lret_32
    push    %eax
    push    $0
    lret
SNIPPET ac_32
    pushf
    orl     $0x40000, (%esp)
    popf
    mov     -7(%esp), %ebx
    ud2
SNIPPET mf_32
    fninit
    push    $0x37b                      /* zero divide is not masked */
    fldcw   (%esp)
    fld1
    fldz
    fdivrp
    fwait
    ud2
SNIPPET read_32
    mov     (%eax), %ebx
    ud2
SNIPPET cli_32
    cli
    ud2
SNIPPET to_64_32                        /* and what is 64 bits wide there */
    push    %eax
    push    $0xc0000000 + snippet_wide - snippets
    lret
    .code64

    SNIPPETS_END

    .section .note.GNU-stack, "", @progbits
