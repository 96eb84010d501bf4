/* SPDX-License-Identifier: MIT */
/* What a small kernel needs in assembly: notes, start, hypercalls, traps. */
#include "notes.h"

#include <xen/features.h>
#include <xen/xen.h>

#define STACK_SIZE 0x4000

/* A test may have more of them. */
    XEN_NOTE XEN_ELFNOTE_GUEST_OS, .asciz "test"
    XEN_NOTE XEN_ELFNOTE_GUEST_VERSION, .asciz "1"
    XEN_NOTE XEN_ELFNOTE_XEN_VERSION, .asciz "xen-3.0"
    XEN_NOTE XEN_ELFNOTE_LOADER, .asciz "generic"
    XEN_NOTE XEN_ELFNOTE_VIRT_BASE, .quad VIRT_BASE
    XEN_NOTE XEN_ELFNOTE_PADDR_OFFSET, .quad 0
    XEN_NOTE XEN_ELFNOTE_ENTRY, .quad guest_start
    XEN_NOTE XEN_ELFNOTE_HYPERCALL_PAGE, .quad hypercall_page
    XEN_NOTE XEN_ELFNOTE_SUPPORTED_FEATURES, .long 1 << XENFEAT_dom0

/* ------------------------------------------------------------------------
 * The first instruction.  All that was in registers is kept for the test
 * of it, struct start_registers in guest.h.
 */
    .text
    .globl guest_start
guest_start:
    .set    place, start_registers
    .irp register, rax, rcx, rdx, rbx, rbp, rsi, rdi, rsp, \
                   r8, r9, r10, r11, r12, r13, r14, r15
    mov     %\register, place(%rip)
    .set    place, place + 8
    .endr
    .irp register, cs, ss, ds, es, fs, gs
    mov     %\register, place(%rip)
    .set    place, place + 8
    .endr
    lea     stack_top(%rip), %rsp
    pushfq
    pop     place(%rip)
    xor     %ebp, %ebp
    mov     %rsi, %rdi
    cld
    call    guest_begin
    ud2

    .bss
    .balign 16
    .globl start_registers
start_registers:
    .skip   23 * 8
    .balign 4096
    .skip   STACK_SIZE
    .globl stack_top
stack_top:

/* ------------------------------------------------------------------------
 * long hypercall(unsigned long number, a1, a2, a3, a4, a5), as Linux since
 * 6.1.121, and the same by the hypercall page, as every kernel before.
 * The program is linked with one of them as "hypercall".
 */
.macro HYPERCALL_ARGUMENTS
    mov     %rdi, %rax
    mov     %rsi, %rdi
    mov     %rdx, %rsi
    mov     %rcx, %rdx
    mov     %r8, %r10
    mov     %r9, %r8
.endm

    .text
    .globl hypercall_by_syscall
hypercall_by_syscall:
    HYPERCALL_ARGUMENTS
    push    %rcx
    push    %r11
    syscall
    pop     %r11
    pop     %rcx
    ret

    .globl hypercall_by_page
hypercall_by_page:
    cmp     $128, %rdi                  /* slots, 32 bytes each */
    jae     hypercall_by_syscall
    HYPERCALL_ARGUMENTS
    shl     $5, %rax
    lea     hypercall_page(%rip), %rcx
    add     %rcx, %rax
    jmp     *%rax

/* BY is syscall or page: guest.mk. */
#define CONCATENATED(a, b) a##b
#define BY_WAY(name, way) CONCATENATED(name, way)
    .globl  hypercall
    .set    hypercall, BY_WAY(hypercall_by_, BY)

    .balign 4096
    .globl hypercall_page
hypercall_page:
    .skip   4096, 0xcc

/* ------------------------------------------------------------------------
 * Handlers, from trap_stubs on one each TRAP_STUB_SIZE bytes: make the
 * frame a struct trap_frame and call trap().
 */
#define TRAP_STUB_SIZE 16
#define WITH_ERROR 0x60227d00           /* 8, 10-14, 17, 21, 29, 30 */

.macro TRAP_STUB vector
    .balign TRAP_STUB_SIZE
    .if \vector > 31
    call    trap_without_error
    .elseif (WITH_ERROR >> \vector) % 2
    call    trap_with_error
    .else
    call    trap_without_error
    .endif
.endm

    .balign TRAP_STUB_SIZE
    .globl trap_stubs
trap_stubs:
    .altmacro
    .set vector, 0
    .rept 256
    TRAP_STUB %vector
    .set vector, vector + 1
    .endr
    .noaltmacro

/*
 * In: the stub's address, RCX, R11, frame.  The address's place becomes
 * that of the vector, the words of RCX and R11 go to the registers.
 */
trap_without_error:
    xchg    %rax, (%rsp)                /* RAX is kept in that place */
    mov     8(%rsp), %rcx
    mov     16(%rsp), %r11
    movq    $0, 16(%rsp)
    mov     %rax, 8(%rsp)
    pop     %rax
    jmp     1f
trap_with_error:
    xchg    %rax, (%rsp)
    mov     8(%rsp), %rcx
    mov     16(%rsp), %r11
    mov     %rax, 16(%rsp)
    pop     %rax
    add     $8, %rsp
1:  push    %rax
    push    %rcx
    push    %rdx
    push    %rbx
    push    %rbp
    push    %rsi
    push    %rdi
    push    %r8
    push    %r9
    push    %r10
    push    %r11
    push    %r12
    push    %r13
    push    %r14
    push    %r15
    pushfq
    pop     trap_rflags(%rip)
    mov     %rsp, %rdi
    lea     trap_stubs(%rip), %rax
    sub     %rax, 15 * 8(%rdi)
    shrq    $4, 15 * 8(%rdi)
    cld
    call    trap

/* void trap_return(void), RSP at a struct trap_frame. */
    .globl trap_return
trap_return:
    pop     %r15
    pop     %r14
    pop     %r13
    pop     %r12
    pop     %r11
    pop     %r10
    pop     %r9
    pop     %r8
    pop     %rdi
    pop     %rsi
    pop     %rbp
    pop     %rbx
    pop     %rdx
    pop     %rcx
    pop     %rax
    add     $16, %rsp                   /* vector, error */
    push    $0
    push    %rcx
    push    %r11
    push    %rax
    mov     $__HYPERVISOR_iret, %eax
    syscall

    .section .note.GNU-stack, "", @progbits
