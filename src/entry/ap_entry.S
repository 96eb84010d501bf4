/* SPDX-License-Identifier: MIT */
/*
 * A CPU's first instructions in the resident image: on page tables that
 * boot lends, without a stack.  It finds its number by its APIC id, as
 * apic_id_by_cpuid() does, and with it its area and its stack.
 */
#include <machine/layout.h>
#include <offsets.h>

#define CPUID_TOPOLOGY 0xb

    .text
    .globl ap_entry
ap_entry:
    xor     %eax, %eax
    cpuid
    cmp     $CPUID_TOPOLOGY, %eax
    jb      1f
    mov     $CPUID_TOPOLOGY, %eax
    xor     %ecx, %ecx
    cpuid
    test    %ebx, %ebx
    jnz     2f
1:  mov     $1, %eax
    cpuid
    shr     $24, %ebx
    mov     %ebx, %edx

2:  lea     smp(%rip), %rsi
    mov     SMP_nr_cpus(%rsi), %ecx
3:  dec     %ecx
    js      4f
    cmp     %edx, SMP_apic_ids(%rsi, %rcx, 4)
    jne     3b

    shl     $CPU_AREA_SHIFT, %rcx
    mov     $(CPU_AREA_BASE + CPU_STACK + CPU_STACK_SIZE), %rax
    lea     (%rax, %rcx), %rsp
    mov     smp_l4(%rip), %rax
    mov     %rax, %cr3
    xor     %ebp, %ebp
    call    smp_cpu_main

/* Nobody knows this one. */
4:  cli
    hlt
    jmp     4b

    .section .note.GNU-stack, "", @progbits
