/* SPDX-License-Identifier: MIT */
/*
 * Start of a 32-bit program, and its ways into the kernel.
 *
 * The kernel always returns from SYSENTER and SYSCALL to the vdso's landing
 * pad, which pops EBP, EDX and ECX and returns; so the raw ways push these as
 * the vdso's own code does.
 */
        .equ    EAX, 0
        .equ    EBX, 4
        .equ    ECX, 8
        .equ    EDX, 12
        .equ    ESI, 16
        .equ    EDI, 20
        .equ    EBP, 24
        .equ    FLAGS, 28
        .equ    STACK_MOVED, 32
        .equ    SELECTORS, 36

        .bss
        .balign 4
current_entry:
        .skip   4
output:
        .skip   4
saved_esp:
        .skip   4
after_ebp:
        .skip   4

        .text
        .globl  _start
_start:
        xor     %ebp, %ebp
        mov     %esp, %eax
        and     $-16, %esp
        sub     $12, %esp
        push    %eax
        call    start
        hlt

        .globl  enter_by_int80, enter_by_vdso
        .globl  enter_by_sysenter, enter_by_syscall
enter_by_int80:
        int     $0x80
        ret

enter_by_vdso:
        jmp     *vdso_entry

enter_by_sysenter:
        push    %ecx
        push    %edx
        push    %ebp
        mov     %esp, %ebp
        sysenter
        ud2

enter_by_syscall:
        push    %ecx
        push    %edx
        push    %ebp
        mov     %ecx, %ebp
        syscall
        ud2

        .globl  call_through
call_through:
        push    %ebx
        push    %esi
        push    %edi
        push    %ebp
        mov     20(%esp), %eax
        mov     %eax, current_entry
        mov     24(%esp), %eax
        mov     28(%esp), %ebx
        mov     32(%esp), %ecx
        mov     36(%esp), %edx
        mov     40(%esp), %esi
        mov     44(%esp), %edi
        mov     48(%esp), %ebp
        call    *current_entry
        pop     %ebp
        pop     %edi
        pop     %esi
        pop     %ebx
        ret

        .globl  registers_over
registers_over:
        push    %ebx
        push    %esi
        push    %edi
        push    %ebp
        mov     20(%esp), %eax
        mov     %eax, current_entry
        mov     28(%esp), %eax
        mov     %eax, output
        mov     24(%esp), %ebp
        mov     %esp, saved_esp
        push    FLAGS(%ebp)
        mov     EAX(%ebp), %eax
        mov     EBX(%ebp), %ebx
        mov     ECX(%ebp), %ecx
        mov     EDX(%ebp), %edx
        mov     ESI(%ebp), %esi
        mov     EDI(%ebp), %edi
        mov     EBP(%ebp), %ebp
        popf
        call    *current_entry
        pushf
        mov     %ebp, after_ebp
        mov     output, %ebp
        mov     %eax, EAX(%ebp)
        mov     %ebx, EBX(%ebp)
        mov     %ecx, ECX(%ebp)
        mov     %edx, EDX(%ebp)
        mov     %esi, ESI(%ebp)
        mov     %edi, EDI(%ebp)
        pop     FLAGS(%ebp)
        push    $0x202
        popf
        mov     after_ebp, %eax
        mov     %eax, EBP(%ebp)
        mov     %esp, %eax
        sub     saved_esp, %eax
        mov     %eax, STACK_MOVED(%ebp)
        mov     %cs, SELECTORS(%ebp)
        mov     %ss, SELECTORS+4(%ebp)
        mov     %ds, SELECTORS+8(%ebp)
        mov     %es, SELECTORS+12(%ebp)
        mov     %fs, SELECTORS+16(%ebp)
        mov     %gs, SELECTORS+20(%ebp)
        mov     saved_esp, %esp
        pop     %ebp
        pop     %edi
        pop     %esi
        pop     %ebx
        ret

        .section .note.GNU-stack, "", @progbits
