/* SPDX-License-Identifier: MIT */
/*
 * From a multiboot loader's 32-bit protected mode to main() in long mode.
 *
 * Until the page tables below are loaded nothing is where it was linked:
 * the loader may have moved the image (multiboot 2), so every address is
 * EBP, the image's physical start, plus an offset.
 */
#include <entry/registers.h>
#include <machine/descriptor.h>
#include <machine/layout.h>
#include <machine/x86.h>
#include <offsets.h>

#define XEN_HVM_START_MAGIC_VALUE 0x336ec578    /* its header is for C */

#define OFFSET(symbol) ((symbol) - IMAGE_BASE)

#define MULTIBOOT1_MAGIC  0x1badb002
#define MULTIBOOT1_ALIGN  0x00000001    /* modules on page boundaries */
#define MULTIBOOT1_MEMORY 0x00000002    /* the memory map is wanted */
#define MULTIBOOT1_FLAGS  (MULTIBOOT1_ALIGN | MULTIBOOT1_MEMORY)
#define MULTIBOOT2_MAGIC  0xe85250d6

    .section .header, "ax", @progbits
    .code32
    .globl image_start
image_start:
    jmp     start

/* Multiboot Specification 0.6.96, 3.1.1: in the first 8 KiB. */
    .balign 4
    .long   MULTIBOOT1_MAGIC
    .long   MULTIBOOT1_FLAGS
    .long   -(MULTIBOOT1_MAGIC + MULTIBOOT1_FLAGS)

/* Multiboot2 Specification 2.0, 3.1.1: in the first 32 KiB, 8-aligned. */
    .balign 8
multiboot2_header:
    .long   MULTIBOOT2_MAGIC
    .long   0                           /* i386 */
    .long   multiboot2_end - multiboot2_header
    .long   -(MULTIBOOT2_MAGIC + multiboot2_end - multiboot2_header)

    .short  1, 0                        /* information request: */
    .long   8 + 4 * 3
    .long   6, 8, 15                    /* memory map, framebuffer, RSDP */
    .balign 8
    .short  6, 0                        /* modules on page boundaries */
    .long   8
    .short  5, 1                        /* a framebuffer, of any size, */
    .long   20                          /* is as good as text */
    .long   0, 0, 0
    .balign 8
    .short  10, 1                       /* relocatable, if it must be: */
    .long   24
    .long   IMAGE_PHYSICAL
    .long   0xffffffff
    .long   IMAGE_ALIGN
    .long   1                           /* as low as possible */
    .balign 8
    /* EFI's boot services stay on for loaders that can do that. */
    .short  7, 1
    .long   8
    .short  9, 1                        /* and then it's entered here */
    .long   12
    .long   IMAGE_PHYSICAL + OFFSET(efi_start)
    .balign 8
    .short  0, 0
    .long   8
multiboot2_end:

/*
 * Started by the ELF note PHYS32_ENTRY (public/arch-x86/hvm/start_info.h):
 * EBX is there, and no magic in EAX.
 */
    .balign 16
    .globl pvh_start
pvh_start:
    mov     $XEN_HVM_START_MAGIC_VALUE, %eax

    .globl start
start:
    cli
    cld
    mov     %eax, %esi                  /* the loader's magic */
    mov     %ebx, %edi                  /* and its information */
    /* ESP is undefined: the information's first word is our stack. */
    mov     (%ebx), %edx
    lea     4(%ebx), %esp
    call    1f
1:  pop     %ebp
    mov     %edx, (%ebx)
    sub     $OFFSET(1b), %ebp

    lea     OFFSET(boot_stack_top)(%ebp), %esp

/* Long mode, PAE, NX, SYSCALL, SSE2, and CPUID to know them. */
    pushfl
    pop     %eax
    mov     %eax, %ecx
    xor     $0x200000, %eax             /* EFLAGS.ID */
    push    %eax
    popfl
    pushfl
    pop     %eax
    cmp     %ecx, %eax
    je      no_cpuid
    mov     $0x80000000, %eax
    cpuid
    cmp     $0x80000001, %eax
    jb      no_long_mode
    mov     $0x80000001, %eax
    cpuid
    bt      $29, %edx
    jnc     no_long_mode
    bt      $20, %edx
    jnc     no_nx
    mov     $1, %eax
    cpuid
    bt      $26, %edx
    jnc     no_sse2

/*
 * Page tables: the first 4 GiB at 0 and at DIRECT_MAP_BASE, and the image
 * at IMAGE_BASE, all in 2 MiB pages, writable and executable: main()
 * builds better ones.
 */
    lea     OFFSET(boot_l2)(%ebp), %edx
    mov     $(PTE_P | PTE_RW | PTE_PS), %eax
    xor     %ecx, %ecx
1:  mov     %eax, (%edx, %ecx, 8)
    add     $0x200000, %eax
    inc     %ecx
    cmp     $(4 * 512), %ecx
    jb      1b

    lea     OFFSET(boot_l3)(%ebp), %ebx
    lea     (PTE_P | PTE_RW)(%edx), %eax
    xor     %ecx, %ecx
1:  mov     %eax, (%ebx, %ecx, 8)
    add     $PAGE_SIZE, %eax
    inc     %ecx
    cmp     $4, %ecx
    jb      1b

    lea     OFFSET(boot_l4)(%ebp), %edx
    lea     (PTE_P | PTE_RW)(%ebx), %eax
    mov     %eax, (%edx)
    mov     %eax, ((DIRECT_MAP_BASE >> 39) & 511) * 8(%edx)

    lea     OFFSET(boot_image_l3)(%ebp), %ebx
    lea     (PTE_P | PTE_RW)(%ebx), %eax
    mov     %eax, ((IMAGE_BASE >> 39) & 511) * 8(%edx)
    lea     OFFSET(boot_image_l2)(%ebp), %ecx
    lea     (PTE_P | PTE_RW)(%ecx), %eax
    mov     %eax, ((IMAGE_BASE >> 30) & 511) * 8(%ebx)
    lea     (PTE_P | PTE_RW | PTE_PS)(%ebp), %eax
    mov     %eax, ((IMAGE_BASE >> 21) & 511) * 8(%ecx)
    add     $0x200000, %eax
    mov     %eax, (((IMAGE_BASE >> 21) & 511) + 1) * 8(%ecx)

    mov     %edx, %cr3
    mov     $(CR4_PAE | CR4_OSFXSR | CR4_OSXMMEXCPT), %eax
    mov     %eax, %cr4
    mov     $MSR_EFER, %ecx
    rdmsr
    or      $(EFER_LME | EFER_NXE | EFER_SCE), %eax
    wrmsr
    mov     $(CR0_PE | CR0_MP | CR0_ET | CR0_NE | CR0_WP), %eax
    or      $(CR0_AM | CR0_PG), %eax
    mov     %eax, %cr0

    lea     OFFSET(boot_gdt)(%ebp), %eax
    mov     %eax, OFFSET(boot_gdt_pointer) + 2(%ebp)
    lgdt    OFFSET(boot_gdt_pointer)(%ebp)
    lea     OFFSET(long_mode)(%ebp), %eax
    push    $8
    push    %eax
    lret

    .code64
long_mode:
    movabs  $high, %rax
    jmp     *%rax
high:
    lea     boot_gdt(%rip), %rax
    mov     %rax, boot_gdt_pointer + 2(%rip)
    lgdt    boot_gdt_pointer(%rip)
    mov     $16, %eax
    mov     %eax, %ss
    xor     %eax, %eax
    mov     %eax, %ds
    mov     %eax, %es
    mov     %eax, %fs
    mov     %eax, %gs
    lea     boot_stack_top(%rip), %rsp
    fninit
    xor     %eax, %eax
    push    %rax
    push    $0x1f80                     /* MXCSR's value after reset */
    ldmxcsr (%rsp)
    pop     %rax
    pop     %rax

    mov     %esi, %esi
    mov     %edi, %eax
    mov     %esi, %edi                  /* magic */
    mov     %eax, %esi                  /* information */
    mov     %ebp, %edx                  /* image's physical address */
    xor     %ebp, %ebp
    call    boot_main
1:  hlt
    jmp     1b

/* ------------------------------------------------------------------------
 * A CPU that cannot run us can still say so: on COM1 and the VGA screen.
 */
    .code32
no_cpuid:
    lea     OFFSET(text_no_cpuid)(%ebp), %esi
    jmp     refuse
no_long_mode:
    lea     OFFSET(text_no_long_mode)(%ebp), %esi
    jmp     refuse
no_nx:
    lea     OFFSET(text_no_nx)(%ebp), %esi
    jmp     refuse
no_sse2:
    lea     OFFSET(text_no_sse2)(%ebp), %esi

refuse:
    mov     $0xb8000, %edi
    mov     $0x3f8 + 3, %edx            /* LCR: 8 bits, no parity */
    mov     $3, %al
    out     %al, %dx
1:  lodsb
    test    %al, %al
    jz      3f
    mov     $0x0f, %ah                  /* white on black */
    mov     %ax, (%edi)
    add     $2, %edi
    mov     %al, %bl
    mov     $100000, %ecx               /* no UART is never ready */
2:  mov     $0x3f8 + 5, %edx            /* LSR */
    in      %dx, %al
    test    $0x20, %al
    loopz   2b
    mov     %bl, %al
    mov     $0x3f8, %edx
    out     %al, %dx
    jmp     1b
3:  hlt
    jmp     3b

    .section .rodata
text_no_cpuid:
    .asciz  "microxen: this CPU has no CPUID instruction, halted\r\n"
text_no_long_mode:
    .asciz  "microxen: this CPU has no 64-bit mode, halted\r\n"
text_no_nx:
    .asciz  "microxen: this CPU has no NX (execute disable), halted\r\n"
text_no_sse2:
    .asciz  "microxen: this CPU has no SSE2, halted\r\n"

    .data
    .balign 8
    .globl boot_gdt, boot_gdt_pointer
boot_gdt:
    .quad   0
    .quad   0x00af9b000000ffff          /* 8: 64-bit code */
    .quad   0x00cf93000000ffff          /* 16: data */
    .quad   0x00cf9b000000ffff          /* 24: 32-bit code */
boot_gdt_end:
boot_gdt_pointer:
    .short  boot_gdt_end - boot_gdt - 1
    .quad   0

    .bss
    .balign PAGE_SIZE
    .globl boot_l3, boot_spare_l2
boot_l4:        .skip PAGE_SIZE
boot_l3:        .skip PAGE_SIZE
boot_l2:        .skip 4 * PAGE_SIZE
boot_spare_l2:  .skip 2 * PAGE_SIZE         /* for a framebuffer high up */
boot_image_l3:  .skip PAGE_SIZE
boot_image_l2:  .skip PAGE_SIZE
    .globl boot_stack_top
boot_stack:     .skip 0x4000
boot_stack_top:

/* ------------------------------------------------------------------------
 * Exceptions until the CPU has its own IDT: the frame of entry/frame.h,
 * then early_exception(), which doesn't return.
 */
    .text
    .code64
    .globl early_stubs
    .balign EARLY_STUB_SIZE
early_stubs:
    .set    vector, 0
    .rept   NR_EXCEPTIONS
    .balign EARLY_STUB_SIZE
    .if     ((VECTORS_WITH_ERROR >> vector) % 2) == 0
    push    $0
    .endif
    push    $vector
    jmp     early_common
    .set    vector, vector + 1
    .endr

early_common:
    PUSH_REGISTERS
    mov     %rsp, %rdi
    call    early_exception

/* ------------------------------------------------------------------------
 * _Noreturn void boot_move(const void *from, void *to, uint64_t size,
 *                          uint64_t l4, uint64_t rsp, void (*next)(void));
 *
 * The copy must be the last thing done with the old data: what is changed
 * between it and the new page tables would be lost.
 */
    .text
    .code64
    .globl boot_move
boot_move:
    xchg    %rdi, %rsi
    mov     %rcx, %rax
    mov     %rdx, %rcx
    rep movsb
    mov     %rax, %cr3
    mov     %r8, %rsp
    call    *%r9
1:  hlt
    jmp     1b

/* _Noreturn void boot_change_stack(uint64_t rsp, void (*next)(void)); */
    .globl boot_change_stack
boot_change_stack:
    mov     %rdi, %rsp
    call    *%rsi
1:  hlt
    jmp     1b

    .section .note.GNU-stack, "", @progbits
