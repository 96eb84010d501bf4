/* SPDX-License-Identifier: MIT */
/*
 * From a multiboot 2 loader that left EFI's boot services on to the entry
 * of all other loaders (Multiboot2 Specification 2.0, 3.1.12).
 *
 * In: long mode, the firmware's 1:1 mapping, GDT, IDT and stack; IF may be
 * set; EAX = the loader's magic, EBX = its information.
 *
 * The stack, the firmware's, aligned to 16 bytes:
 *
 *   +8  the loader's magic
 *   +0  (alignment)          <- RSP when C is called
 */
#include <machine/descriptor.h>
#include <machine/x86.h>

#define BOOT_CODE32 24                  /* start.S, boot_gdt */
#define BOOT_DATA   16

    .text
    .code64
    .globl efi_start
efi_start:
    cld
    and     $~15, %rsp
    push    %rax
    push    %rax
    mov     %ebx, %edi
    call    efi_exit_boot_services
    cli
    pop     %rdx
    pop     %rdx

/* Back to 32 bits: what the entry there needs no paging for, it finds. */
    lea     boot_gdt(%rip), %rax
    mov     %rax, boot_gdt_pointer + 2(%rip)
    lgdt    boot_gdt_pointer(%rip)
    lea     start(%rip), %esi
    mov     %cr4, %rax                  /* they forbid what follows */
    and     $~(CR4_PCIDE | CR4_CET), %rax
    mov     %rax, %cr4
    lea     1f(%rip), %rax
    push    $BOOT_CODE32
    push    %rax
    lretq

    .code32
1:  mov     $BOOT_DATA, %eax
    mov     %eax, %ds
    mov     %eax, %es
    mov     %eax, %ss
    mov     %cr0, %eax
    and     $~CR0_PG, %eax
    mov     %eax, %cr0
    mov     %edx, %eax
    jmp     *%esi

    .section .note.GNU-stack, "", @progbits
