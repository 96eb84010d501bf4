/* SPDX-License-Identifier: MIT */
/*
 * From a user program's SYSCALL or SYSENTER to the guest's callback: the
 * frame that hardware would have pushed (entry/template.h), on the kernel's
 * stack.  Without an error code, from the top: SS, RSP, RFLAGS, CS, RIP,
 * R11, RCX.  A callback may not want the last two, and other selectors
 * (prologue.h).
 */
#include <entry/template.h>

    .section .entry, "ax", @progbits

/* `fits_prologue`: on the list of what syscall_callback.c changes. */
.macro SYSCALL_FRAME cs, fits_prologue=0
    swapgs
    mov     %rsp, CPU(user_rsp)
    mov     KERNEL_SP, %rsp
    push    $FLAT_DS
.Lss\@:
    push    CPU(user_rsp)
    push    %r11
    push    $\cs
.Lcs\@:
    push    %rcx
.Lrest\@:
    push    %r11
    push    %rcx
    .if \fits_prologue
    .pushsection .syscall_frames, "a"
    .long   .Lss\@ - 4 - .
    .long   .Lcs\@ - 4 - .
    .long   .Lrest\@ - .
    .popsection
    .endif
.endm

/*
 * The mask for the kernel from that for a user program (template.h).  The
 * immediate says whether the callback masks events: callback.c.
 */
.macro CALLBACK_MASKS operand
    USING_VCPU_INFO 0, shrb VCPU_INFO(mask)
    USING_VCPU_INFO 1, orb $0, VCPU_INFO(mask)
    .globl \operand
    .set    \operand, . - 1
.endm

/*
 * SYSCALL.  In: RCX = return address, R11 = RFLAGS, RSP = the caller's.
 * A kernel in the high half makes hypercalls with it, its user programs
 * make system calls: the sign of the return address tells them apart.
 */
    .globl entry_syscall
    .balign 64
entry_syscall:
    test    %rcx, %rcx
    js      entry_hypercall
    SYSCALL_FRAME FLAT_CS64, fits_prologue=1
    SET_FLAG
    jmp     *CPU(syscall_target)

/*
 * The same for any kernel and callback.  The one above is for Linux, whose
 * callback masks events: the mask is set already.
 */
    .globl entry_syscall_any_mask
    .balign 64
entry_syscall_any_mask:
    test    %rcx, %rcx
    js      entry_hypercall

    .globl syscall_from_user
syscall_from_user:
    SYSCALL_FRAME FLAT_CS64, fits_prologue=1
    CALLBACK_MASKS syscall_mask_operand
    SET_FLAG
    jmp     *CPU(syscall_target)

/* The same while the guest has the interrupt flag itself. */
    .globl entry_syscall_with_flag
    .balign 64
entry_syscall_with_flag:
    test    %rcx, %rcx
    js      hypercall_with_flag
    SYSCALL_FRAME FLAT_CS64, fits_prologue=1
    jmp     *CPU(syscall_target)

/*
 * SYSCALL from compatibility mode (AMD).  As above; RCX is a 32-bit EIP.
 */
    .globl entry_syscall32
    .balign 16
entry_syscall32:
    movb    $0, CPU(in_user)
    SYSCALL_FRAME FLAT_CS32
    CALLBACK_MASKS syscall32_mask_operand
    SET_FLAG
    jmp     *CPU(syscall32_callback)

/*
 * SYSENTER (Intel).  In: RSP = MSR_SYSENTER_ESP, the user's is unknown;
 * so are its RIP and CS, which the ABI gives as 0 and 3.  Hardware cleared
 * IF only: TF, NT and AC are the user's.
 */
    .globl entry_sysenter
    .balign 16
entry_sysenter:
    swapgs
    movb    $0, CPU(in_user)
    mov     KERNEL_SP, %rsp
    push    $FLAT_DS
    push    $0
    pushfq
    orl     $RFLAGS_IF, (%rsp)
    andl    $~(RFLAGS_TF | RFLAGS_NT), (%rsp)
    push    $3
    push    $0
    push    $RFLAGS_FIXED
    popfq
    push    %r11
    push    %rcx
    CALLBACK_MASKS sysenter_mask_operand
    SET_FLAG
    jmp     *CPU(sysenter_callback)

/*
 * Where SYSCALL goes while the guest has no callback.  The frame is complete:
 * it becomes that of an #UD at the instruction.  (SYSENTER raises #GP by
 * itself as long as its CS is 0.)
 */
    .globl entry_no_syscall
entry_no_syscall:
    cli
    pop     %rcx
    pop     %r11
    swapgs
    subq    $2, (%rsp)
    jmp     exception_stubs + EXCEPTION_STUB_SIZE * VECTOR_UD

    .section .note.GNU-stack, "", @progbits
