/* SPDX-License-Identifier: MIT */
/*
 * Hypercalls that the transfer page (hypercall_page.c) jumps to, without a
 * SYSCALL: real IF is 0, RAX is scratch, the kernel's return address is on
 * its stack.  RCX and R11 stay as they are, all else is as in hypercall.S:
 * these are its hot paths, once more, that end with `ret`.
 */
#include <entry/page_return.h>
#include <entry/hypercall_in_c.h>

#define hot_mmu_update page_mmu_update
#define hot_mmu_updates page_mmu_updates
#define hypercall_in_c mmu_update_in_c
#include "hot_mmu_update.S"
#include "hot_mmu_updates.S"
#undef hypercall_in_c

#define hot_mmuext_op page_mmuext_op
#define hot_flush_operand page_flush_operand
#define hypercall_in_c mmuext_op_in_c
#include "hot_mmuext_op.S"
#undef hypercall_in_c

#define hot_stack_switch page_stack_switch
#define hot_set_segment_base page_set_segment_base
#define hot_xen_version page_xen_version
#define hypercall_in_c set_segment_base_in_c
#include "hot_cpu_state.S"

    .section .entry, "ax", @progbits

/* This has no hot path, but is spared SYSCALL's ways. */
    .globl page_update_va_mapping
page_update_va_mapping:
    mov     $HYPERCALL_update_va_mapping, %eax
    jmp     page_in_c
xen_version_in_c:
    mov     $HYPERCALL_xen_version, %eax
    jmp     page_in_c

mmu_update_in_c:
    mov     $HYPERCALL_mmu_update, %eax
    jmp     page_in_c
mmuext_op_in_c:
    mov     $HYPERCALL_mmuext_op, %eax
    jmp     page_in_c
set_segment_base_in_c:
    mov     $HYPERCALL_set_segment_base, %eax
page_in_c:
    HYPERCALL_IN_C
    HYPERCALL_RETURN

/* As hypercall_event; the frame stands for behind the call. */
page_event:
    pop     %rdi
    mov     %rsp, %rsi
    and     $~15, %rsp
    push    $RING0_SS
    push    %rsi
    pushfq
    push    $RING0_CS
    push    %rdi
    orl     $RFLAGS_IF, 16(%rsp)
    push    %r11
    push    %rcx
    USING_VCPU_INFO 1, movb $1, VCPU_INFO(mask)
    sti
    jmp     *CPU(event_callback)
