/* SPDX-License-Identifier: MIT */
/*
 * A hypercall: SYSCALL from the kernel.  In: EAX = number, RDI, RSI, RDX,
 * R10, R8, R9 = arguments.  Out: RAX = result; RCX, R11 as SYSCALL left
 * them, all others are kept: kernels count on those that are no arguments
 * of the call.  Calls in assembly may use up their arguments.
 *
 * What kernels do most is answered in assembly (hot_*.S), on their own
 * stack, and nothing is pushed there; when anything about such a call is
 * unusual it goes on at hypercall_in_c, with its arguments as they were.
 */
#include <entry/hypercall_return.h>
#include <entry/hypercall_in_c.h>

    .section .entry, "ax", @progbits

    .globl entry_hypercall
    .balign 16
entry_hypercall:
    cmp     $HYPERCALL_iret, %rax
    {disp32} je entry_iret
    .globl  iret_jump
    .set    iret_jump, . - 4
    ja      1f
    cmp     $HYPERCALL_mmu_update, %eax
    je      hot_mmu_update
    cmp     $HYPERCALL_stack_switch, %eax
    je      hot_stack_switch
    cmp     $HYPERCALL_multicall, %eax
    je      hot_multicall
    cmp     $HYPERCALL_update_va_mapping, %eax
    je      hot_va_mapping
    cmp     $HYPERCALL_xen_version, %eax
    je      hot_xen_version
    .globl xen_version_in_c
xen_version_in_c:
    jmp     hypercall_in_c

1:  cmp     $HYPERCALL_mmuext_op, %eax
    je      hot_mmuext_op
    cmp     $HYPERCALL_set_segment_base, %eax
    je      hot_set_segment_base
    cmp     $HYPERCALL_vcpu_op, %eax
    je      hot_vcpu_op

    .globl cold_hypercall
cold_hypercall:
    cmp     $NR_HYPERCALLS, %rax
    jae     no_such_hypercall

    .globl hypercall_in_c
hypercall_in_c:
    HYPERCALL_IN_C
    HYPERCALL_RETURN

no_such_hypercall:
    mov     $-ENOSYS, %rax
    HYPERCALL_RETURN

/*
 * An event came up during the hypercall: its frame (entry/template.h)
 * stands for the instruction behind the SYSCALL.
 */
    .globl hypercall_event
hypercall_event:
    WITH_REAL_FLAG 0, jump=event_with_flag
    mov     %rsp, %rdi
    and     $~15, %rsp
event_frame:
    push    $RING0_SS
    push    %rdi
    push    %r11
    push    $RING0_CS
    push    %rcx
    orl     $RFLAGS_IF, 16(%rsp)
    push    %r11
    push    %rcx
    MASK_EVENTS
    SET_FLAG
    jmp     *CPU(event_callback)

/*
 * The guest has the interrupt flag, and R11 says how it was.  An event that
 * comes up while it is clear has to wait until hardware finds it set.
 */
    .globl hypercall_with_flag
hypercall_with_flag:
    cmp     $HYPERCALL_iret, %rax
    {disp32} je iret_with_flag
    .globl  iret_with_flag_jump
    .set    iret_with_flag_jump, . - 4
    jmp     entry_hypercall

    .globl return_with_flag
return_with_flag:
    test    $RFLAGS_IF, %r11d
    jz      1f
    sti
1:  jmp     *%rcx

event_with_flag:
    test    $RFLAGS_IF, %r11d
    jz      1f
    mov     %rsp, %rdi
    and     $~15, %rsp
    jmp     event_frame
1:  mov     %rsp, CPU(guest_rsp)
    lea     STACK_TOP, %rsp
    push    %r9
    push    %r11
    push    %rcx
    push    %rax
    mov     $VECTOR_EVENT, %edi
    call    *CPU(interrupt_self)
    pop     %rax
    pop     %rcx
    pop     %r11
    pop     %r9
    mov     CPU(guest_rsp), %rsp
    jmp     *%rcx

    .balign 8
    .globl kernel_half
kernel_half:
    .quad   OUR_VIRT_END

    .section .note.GNU-stack, "", @progbits
