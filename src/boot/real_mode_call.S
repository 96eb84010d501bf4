/* SPDX-License-Identifier: MIT */
/*
 * Long mode to real mode, an INT instruction, and back.  This is copied to
 * memory that real mode reaches; real_mode.c fills what depends on where,
 * and jumps to the copy's start.
 *
 * The two segments of 16 bits start at the copy, like real mode's own, so
 * that AT(label) is right in both.
 */
#include <boot/real_mode.h>
#include <machine/x86.h>

#define AT(label) ((label) - real_mode_code)

#define CODE64 8                            /* as in the boot GDT */
#define DATA64 16
#define CODE16 24
#define DATA16 32

#define LIMIT_AND_BASE 0x000000000000ffff   /* 64 KiB; base is filled in */

    .section .rodata
    .globl real_mode_code, real_mode_code_end
    .globl real_mode_registers, real_mode_vector
    .globl real_mode_gdt_base, real_mode_code16, real_mode_data16
    .globl real_mode_segment, real_mode_return

/* ------------------------------------------------------------------------
 * void (*)(void), called at the copy.  The stack while the BIOS is called,
 * whose pointer is kept in saved_rsp:
 *
 *   72  return address
 *   64  RBX
 *   56  RBP
 *   48  R12
 *   40  R13
 *   32  R14
 *   24  R15
 *   10  IDTR, 10 bytes (4 unused behind it)
 *    0  GDTR, 10 bytes
 */
    .balign 8
real_mode_code:
    .code64
    push    %rbx
    push    %rbp
    push    %r12
    push    %r13
    push    %r14
    push    %r15
    sub     $24, %rsp
    sgdt    (%rsp)
    sidt    10(%rsp)
    mov     %rsp, saved_rsp(%rip)
    mov     %cr0, %rax
    mov     %eax, saved_cr0(%rip)
    mov     %cr4, %rax
    mov     %eax, saved_cr4(%rip)
    lgdt    gdt_pointer(%rip)
    ljmpl   *to_compatibility(%rip)

/* Compatibility mode, 16 bits: paging may be switched off only here. */
    .code16
compatibility:
    mov     $DATA16, %ax
    mov     %ax, %ds
    mov     %ax, %es
    mov     %ax, %ss
    mov     $(CR0_PE | CR0_ET), %eax
    mov     %eax, %cr0
    mov     $MSR_EFER, %ecx
    rdmsr
    and     $~EFER_LME, %eax
    wrmsr
    xor     %eax, %eax
    mov     %eax, %cr4
    mov     $CR0_ET, %eax
    mov     %eax, %cr0
    ljmp    *AT(to_real)

/* The stack in real mode: the BIOS's own, from REAL_MODE_STACK_TOP down. */
real:
    mov     %cs, %ax
    mov     %ax, %ss
    mov     $REAL_MODE_STACK_TOP, %esp
    xor     %ax, %ax
    mov     %ax, %fs
    mov     %ax, %gs
    lidtl   %cs:AT(real_idt)
    mov     %cs:AT(real_mode_registers) + 28, %ds
    mov     %cs:AT(real_mode_registers) + 30, %es
    mov     %cs:AT(real_mode_registers) + 0, %eax
    mov     %cs:AT(real_mode_registers) + 4, %ebx
    mov     %cs:AT(real_mode_registers) + 8, %ecx
    mov     %cs:AT(real_mode_registers) + 12, %edx
    mov     %cs:AT(real_mode_registers) + 16, %esi
    mov     %cs:AT(real_mode_registers) + 20, %edi
    mov     %cs:AT(real_mode_registers) + 24, %ebp
    stc                                     /* for who only clears it */
    sti
    .byte   0xcd                            /* int */
real_mode_vector:
    .byte   0
    cli
    cld
    mov     %eax, %cs:AT(real_mode_registers) + 0
    pushfl
    popl    %eax
    mov     %eax, %cs:AT(real_mode_registers) + 32
    mov     %ebx, %cs:AT(real_mode_registers) + 4
    mov     %ecx, %cs:AT(real_mode_registers) + 8
    mov     %edx, %cs:AT(real_mode_registers) + 12
    mov     %esi, %cs:AT(real_mode_registers) + 16
    mov     %edi, %cs:AT(real_mode_registers) + 20
    mov     %ebp, %cs:AT(real_mode_registers) + 24
    mov     %ds, %cs:AT(real_mode_registers) + 28
    mov     %es, %cs:AT(real_mode_registers) + 30

/* CR3 is still loaded: straight to long mode, in a segment of 16 bits. */
    mov     %cs, %ax
    mov     %ax, %ds
    lgdtl   AT(gdt_pointer)
    mov     AT(saved_cr4), %eax
    mov     %eax, %cr4
    mov     $MSR_EFER, %ecx
    rdmsr
    or      $EFER_LME, %eax
    wrmsr
    mov     AT(saved_cr0), %eax
    mov     %eax, %cr0
    ljmpl   *AT(to_long)

    .code64
long:
    mov     $DATA64, %eax
    mov     %eax, %ss
    xor     %eax, %eax
    mov     %eax, %ds
    mov     %eax, %es
    mov     %eax, %fs
    mov     %eax, %gs
    mov     saved_rsp(%rip), %rsp
    lgdt    (%rsp)
    lidt    10(%rsp)
    add     $24, %rsp
    pop     %r15
    pop     %r14
    pop     %r13
    pop     %r12
    pop     %rbp
    pop     %rbx
    ret

    .balign 8
gdt:
    .quad   0
    .quad   0x00af9b000000ffff              /* CODE64 */
    .quad   0x00cf93000000ffff              /* DATA64 */
real_mode_code16:
    .quad   0x00009b0000000000 | LIMIT_AND_BASE
real_mode_data16:
    .quad   0x0000930000000000 | LIMIT_AND_BASE
gdt_end:
gdt_pointer:
    .short  gdt_end - gdt - 1
real_mode_gdt_base:
    .quad   AT(gdt)                         /* becomes linear */
real_idt:
    .short  256 * 4 - 1
    .long   0
to_compatibility:
    .long   AT(compatibility)
    .short  CODE16
to_real:
    .short  AT(real)
real_mode_segment:
    .short  0                               /* becomes the copy's */
to_long:
real_mode_return:
    .long   AT(long)                        /* becomes linear */
    .short  CODE64

    .balign 8
saved_rsp:      .quad 0
saved_cr0:      .long 0
saved_cr4:      .long 0
real_mode_registers:
    .skip   36
real_mode_code_end:

    .section .note.GNU-stack, "", @progbits
