/* SPDX-License-Identifier: MIT */
/*
 * Hypercalls of each context switch that change this CPU's state, and the one
 * that does nothing but look for events.
 */
#include <entry/hypercall_return.h>

    .section .entry, "ax", @progbits

/* In: RSI = the kernel's stack for entries from user mode. */
    .globl hot_stack_switch
    .balign 16
hot_stack_switch:
    and     $~15, %rsi
    mov     %rsi, KERNEL_SP
    xor     %eax, %eax
    HYPERCALL_RETURN

/*
 * In: RDI = SEGBASE_*, RSI = base or selector.  A bad selector faults, and
 * WRGSBASE without FSGSBASE in CR4; programs with such a base are rare then.
 */
    .globl hot_set_segment_base
    .balign 16
hot_set_segment_base:
    cmp     $SEGBASE_GS_USER, %rdi
    jne     gs_user_selector
    cmp     last_user_address(%rip), %rsi
    ja      hypercall_in_c
    swapgs
    MAY_FAULT 1f
    wrgsbase %rsi
    swapgs
    xor     %eax, %eax
    HYPERCALL_RETURN

gs_user_selector:
    cmp     $SEGBASE_GS_USER_SEL, %rdi
    jne     hypercall_in_c
    swapgs
    MAY_FAULT 1f
    mov     %esi, %gs
    swapgs
    xor     %eax, %eax
    HYPERCALL_RETURN

1:  swapgs
    jmp     hypercall_in_c

/* In: EDI = XENVER_*.  Linux asks for the version when it unmasks events. */
    .globl hot_xen_version
    .balign 16
hot_xen_version:
    test    %edi, %edi                  /* XENVER_version */
    jnz     xen_version_in_c
    mov     $XEN_ABI_VERSION, %eax
    HYPERCALL_RETURN

    .section .note.GNU-stack, "", @progbits
