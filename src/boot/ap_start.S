/* SPDX-License-Identifier: MIT */
/*
 * Where another CPU starts: in real mode, at the first byte of a page below
 * 1 MiB to which start_cpus.c has copied this (SDM volume 3, 9.4.4).  From
 * there straight to long mode and into the resident image.
 *
 * Nothing is at its linked address: offsets from the page's start, in CS.
 * There is no stack; several CPUs run here at the same time.
 */
#include <machine/layout.h>
#include <machine/x86.h>

#define OFFSET(symbol) ((symbol) - ap_trampoline)

#define CODE64 0x08

    .section .rodata
    .balign 16
    .globl ap_trampoline, ap_trampoline_end
    .globl ap_trampoline_l4, ap_trampoline_base
    .code16
ap_trampoline:
    cli
    mov     %cs, %ax
    mov     %ax, %ds
    lgdtl   OFFSET(gdt_pointer)
    mov     $CR4_PAE, %eax
    mov     %eax, %cr4
    mov     OFFSET(ap_trampoline_l4), %eax
    mov     %eax, %cr3
    mov     $MSR_EFER, %ecx
    rdmsr
    or      $(EFER_LME | EFER_NXE), %eax
    wrmsr
    mov     $(CR0_PG | CR0_WP | CR0_NE | CR0_ET | CR0_MP | CR0_PE), %eax
    mov     %eax, %cr0
    ljmpl   *OFFSET(far_pointer)

    .code64
in_long_mode:
    xor     %eax, %eax
    mov     %eax, %ds
    mov     %eax, %es
    mov     %eax, %ss
    movabs  $ap_entry, %rax
    jmp     *%rax

    .balign 8
gdt:
    .quad   0
    .quad   0x00af9b000000ffff          /* CODE64, DPL 0 */
gdt_end:

/* The three that start_cpus.c fills in: addresses in the page, CR3. */
    .balign 4
gdt_pointer:
    .short  gdt_end - gdt - 1
ap_trampoline_base:
    .long   OFFSET(gdt)                 /* + the page's address */
far_pointer:
    .long   OFFSET(in_long_mode)        /* + the page's address */
    .short  CODE64
    .balign 4
ap_trampoline_l4:
    .long   0
ap_trampoline_end:

    .section .note.GNU-stack, "", @progbits
