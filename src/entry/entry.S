/* SPDX-License-Identifier: MIT */
/*
 * The ways in and out.
 *
 * This text is a template: each CPU runs a copy of it in its own area
 * (layout.h), with that CPU's data behind it, so everything here is
 * addressed relative to RIP, and C code is called through pointers.
 *
 * Rules that hold everywhere below (docs/invariants.md has the reasons):
 *   - The real IF is 0 in here and 1 whenever the guest runs.  `sti` is the
 *     last instruction but one, because its shadow covers the jump.
 *   - GS is the user's when user code was interrupted, the kernel's
 *     otherwise: the guest kernel never executes swapgs.
 *   - The frame that hardware pushes on the guest's stack, with R11 and RCX
 *     pushed below it, is the frame that Xen gives its guests:
 *
 *         Xen's bounce frame                hardware, SDM volume 3, 6.14.2
 *         +48  SS                           SS
 *         +40  RSP                          RSP
 *         +32  RFLAGS, IF = !upcall mask    RFLAGS, IF = 1
 *         +28  upcall mask, a byte          (upper half of CS)
 *         +24  CS                           CS
 *         +16  RIP                          RIP
 *        (+16  error code, above shift 8)   (error code)
 *         +8   R11
 *         +0   RCX                      <-  RSP when the handler starts
 */
#include <machine/descriptor.h>
#include <machine/layout.h>
#include <entry/registers.h>
#include <machine/x86.h>
#include <offsets.h>

/* A field of this CPU's struct cpu, or a place in its area. */
#define CPU(field)  (entry_template + CPU_DATA + CPU_##field)(%rip)
#define CPU_ITEM(field, offset) \
    (entry_template + CPU_DATA + CPU_##field + (offset))(%rip)
#define AREA(place) (entry_template + (place))(%rip)
#define STACK_TOP   AREA(CPU_STACK + CPU_STACK_SIZE)
#define KERNEL_SP   AREA(CPU_TSS + TSS_RSP0)

#define IRET_HYPERCALL 23               /* public/xen.h */
#define STUB_SIZE      16               /* EXCEPTION_STUB_SIZE */

    .section .entry, "ax", @progbits
    .balign PAGE_SIZE
    .globl entry_template
entry_template:

/*
 * From a user program's SYSCALL to the guest's callback: the frame that
 * hardware would have pushed, on the kernel's stack.
 */
.macro SYSCALL_FRAME cs, masks_events, callback
    swapgs
    mov     %rsp, CPU(user_rsp)
    mov     KERNEL_SP, %rsp
    push    $FLAT_DS
    push    CPU(user_rsp)
    push    %r11
    push    $\cs
    push    %rcx
    push    %r11
    push    %rcx
    mov     CPU(vcpu_info), %rcx
    movzbl  (entry_template + CPU_DATA + \masks_events)(%rip), %r11d
    orb     %r11b, VCPU_INFO_mask(%rcx)
    sti
    jmp     *(entry_template + CPU_DATA + \callback)(%rip)
.endm

/* ------------------------------------------------------------------------
 * SYSCALL.  In: RCX = return address, R11 = RFLAGS, RSP = the caller's.
 * A kernel in the high half makes hypercalls with it, its user programs
 * make system calls: the sign of the return address tells them apart.
 */
    .globl entry_syscall
    .balign 64
entry_syscall:
    test    %rcx, %rcx
    js      entry_hypercall
syscall_from_user:
    SYSCALL_FRAME FLAT_CS64, CPU_syscall_masks_events, CPU_syscall_callback

/*
 * The same for a kernel in the low half, where no address tells: the iret
 * hypercall notes that it enters user mode, and every way back that it was
 * left.  An iret whose frame becomes an upcall's stays in the kernel.
 */
    .globl entry_syscall_low
    .balign 16
entry_syscall_low:
    cmpb    $0, CPU(in_user)
    movb    $0, CPU(in_user)
    jne     syscall_from_user
    cmp     $IRET_HYPERCALL, %rax
    jne     entry_hypercall
    testb   $3, 40(%rsp)                /* its frame: see entry_iret */
    jz      entry_iret
    testl   $RFLAGS_IF, 48(%rsp)
    jz      1f
    mov     CPU(vcpu_info), %rcx
    cmpb    $0, VCPU_INFO_pending(%rcx)
    jne     entry_iret
1:  movb    $1, CPU(in_user)
    jmp     entry_iret

/*
 * SYSCALL from compatibility mode (AMD).  As above; RCX is a 32-bit EIP.
 */
    .globl entry_syscall32
    .balign 16
entry_syscall32:
    movb    $0, CPU(in_user)
    SYSCALL_FRAME FLAT_CS32, CPU_syscall32_masks_events, \
                  CPU_syscall32_callback

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
    mov     CPU(vcpu_info), %rcx
    movzbl  CPU(sysenter_masks_events), %r11d
    orb     %r11b, VCPU_INFO_mask(%rcx)
    sti
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
    jmp     exception_stubs + STUB_SIZE * VECTOR_UD

/* An event for a guest without a callback: a panic that names this place. */
    .globl entry_no_event_callback
entry_no_event_callback:
    ud2

/* ------------------------------------------------------------------------
 * A hypercall: SYSCALL from the kernel.  In: EAX = number, RDI, RSI, RDX,
 * R10, R8, R9 = arguments.  Out: RAX = result; RCX, R11 as SYSCALL left
 * them, the arguments' registers are lost but R9, all others are kept.
 */
    .balign 16
entry_hypercall:
    cmp     $IRET_HYPERCALL, %rax
    je      entry_iret

    cmp     $NR_HYPERCALLS, %rax
    jae     no_such_hypercall
    mov     %rsp, CPU(guest_rsp)
    lea     STACK_TOP, %rsp
    push    %r9
    push    %r11
    push    %rcx
    push    %rax                        /* only for the alignment */
    mov     %r10, %rcx
    mov     CPU(hypercalls), %r10
    call    *(%r10, %rax, 8)
    pop     %rcx
    pop     %rcx
    pop     %r11
    pop     %r9
    mov     CPU(guest_rsp), %rsp
    mov     CPU(vcpu_info), %rdx
    cmpw    $1, VCPU_INFO_pending(%rdx) /* pending, and not masked */
    je      hypercall_event
    sti
    jmp     *%rcx

no_such_hypercall:
    mov     $-ENOSYS, %rax
    sti
    jmp     *%rcx

/*
 * An event came up during the hypercall: its frame stands for the
 * instruction behind the SYSCALL.
 */
hypercall_event:
    mov     %rsp, %rdi
    and     $~15, %rsp
    push    $RING0_SS
    push    %rdi
    push    %r11
    push    $RING0_CS
    push    %rcx
    orl     $RFLAGS_IF, 16(%rsp)
    push    %r11
    push    %rcx
    movzbl  CPU(event_masks_events), %ecx
    orb     %cl, VCPU_INFO_mask(%rdx)
    sti
    jmp     *CPU(event_callback)

/* ------------------------------------------------------------------------
 * The iret hypercall (public/arch-x86/xen-x86_64.h, struct iret_context).
 *
 *         +64 SS
 *         +56 RSP
 *         +48 RFLAGS
 *         +40 CS
 *         +32 RIP
 *         +24 flags (VGCF_*)
 *         +16 RCX
 *         +8  R11
 *         +0  RAX                 <- RSP
 *
 * The upcall mask becomes !IF.  Clearing the mask and looking at the
 * pending byte beside it is one instruction, which is right as long as
 * only this CPU sets that byte (docs/invariants.md).
 */
    .balign 16
entry_iret:
    testl   $RFLAGS_IF, 48(%rsp)
    jz      iret_masked
    mov     CPU(vcpu_info), %rcx
    andw    $0x00ff, VCPU_INFO_pending(%rcx)
    jnz     iret_event
    cmpl    $SYSRET_CS, 40(%rsp)
    jne     iret_full

    /* SYSRET when it restores all: the native kernel's own condition. */
    mov     16(%rsp), %rcx
    mov     8(%rsp), %r11
    cmp     %rcx, 32(%rsp)
    jne     iret_full
    cmp     %r11, 48(%rsp)
    jne     iret_full
    cmpl    $SYSRET_SS, 64(%rsp)
    jne     iret_full
    mov     %rcx, %rax
    shr     $47, %rax                   /* a user address? */
    jnz     iret_full
    test    $(RFLAGS_TF | RFLAGS_RF | RFLAGS_IOPL | RFLAGS_VM), %r11d
    jnz     iret_full
    mov     (%rsp), %rax
    mov     56(%rsp), %rsp
    swapgs
    sysretq

iret_masked:
    mov     CPU(vcpu_info), %rcx
    movb    $1, VCPU_INFO_mask(%rcx)
iret_full:
    orl     $RFLAGS_IF, 48(%rsp)
    andl    $~(RFLAGS_IOPL | RFLAGS_VM | RFLAGS_VIF | RFLAGS_VIP), 48(%rsp)
    testb   $3, 40(%rsp)
    jz      iret_kernel
    mov     (%rsp), %rax
    mov     8(%rsp), %r11
    mov     16(%rsp), %rcx
    lea     32(%rsp), %rsp
    swapgs
    .globl iret_to_user
iret_to_user:
    iretq

/*
 * To the kernel itself.  Its frames carry its own GDT's selector or the
 * ABI's, of which none is a ring-0 segment of ours; SS may be anything.
 */
iret_kernel:
    movq    $RING0_CS, 40(%rsp)
    movq    $RING0_SS, 64(%rsp)
    mov     (%rsp), %rax
    mov     8(%rsp), %r11
    mov     16(%rsp), %rcx
    lea     32(%rsp), %rsp
    .globl iret_to_kernel
iret_to_kernel:
    iretq

/*
 * Unmasked with an event pending: the frame to return to stays where it
 * is and becomes the upcall's frame.
 */
iret_event:
    mov     (%rsp), %rax
    mov     8(%rsp), %r11
    mov     16(%rsp), %rcx
    lea     32(%rsp), %rsp
    push    %r11
    push    %rcx
    mov     CPU(vcpu_info), %rcx
    movzbl  CPU(event_masks_events), %r11d
    orb     %r11b, VCPU_INFO_mask(%rcx)
    sti
    jmp     *CPU(event_callback)

/*
 * An iretq above faulted: the C code resumes here, with RSP back at the
 * frame that could not be returned to.  The guest gets the fault as if
 * the target of the return had caused it.
 */
    .globl iret_fault
iret_fault:
    testb   $3, 8(%rsp)
    jz      1f
    swapgs
1:  push    CPU(bounce_error)
    push    %r11
    push    %rcx
    sti
    jmp     *CPU(bounce_handler)

/* ------------------------------------------------------------------------
 * Exceptions that the guest has a handler for.  \error is 8 when hardware
 * pushed an error code, else 0.  Each puts itself on the list of fast_stubs.
 */
.macro FAST_EXCEPTION vector, error=0, pagefault=0
    .balign 16
fast_exception_\vector:
    push    %r11
    push    %rcx
    testb   $3, 24 + \error(%rsp)
    jz      2f
    swapgs
1:  mov     CPU(vcpu_info), %rcx
    .if \pagefault
    mov     %cr2, %r11
    mov     %r11, VCPU_INFO_cr2(%rcx)
    .endif
    movzbl  CPU_ITEM(trap_masks_events, \vector), %r11d
    orb     %r11b, VCPU_INFO_mask(%rcx)
    sti
    jmp     *CPU_ITEM(trap_handler, 8 * \vector)

2:  mov     16 + \error(%rsp), %rcx
    shr     $OUR_ADDRESS_SHIFT, %rcx
    cmp     $OUR_ADDRESS_VALUE, %ecx
    je      3f
    mov     CPU(vcpu_info), %rcx
    cmpb    $0, VCPU_INFO_mask(%rcx)
    je      1b
    andl    $~RFLAGS_IF, 32 + \error(%rsp)
    movb    $1, 28 + \error(%rsp)       /* saved mask, see above */
    jmp     1b

3:  pop     %rcx
    pop     %r11
    jmp     exception_stubs + STUB_SIZE * \vector

    .pushsection .fast_stubs, "a"
    .long   \vector, fast_exception_\vector - entry_template
    .popsection
.endm

    FAST_EXCEPTION 0
    FAST_EXCEPTION 3
    FAST_EXCEPTION 4
    FAST_EXCEPTION 5
    FAST_EXCEPTION 10, error=8
    FAST_EXCEPTION 11, error=8
    FAST_EXCEPTION 12, error=8
    FAST_EXCEPTION 14, error=8, pagefault=1
    FAST_EXCEPTION 16
    FAST_EXCEPTION 17, error=8
    FAST_EXCEPTION 19
    FAST_EXCEPTION 128

/* ------------------------------------------------------------------------
 * Everything else: a full frame (entry/frame.h), then C.
 */
.macro STUB vector
    .balign STUB_SIZE
    .if \vector >= 32
    push    $0
    .elseif ((VECTORS_WITH_ERROR >> \vector) % 2) == 0
    push    $0
    .endif
    .if \vector < 128
    push    $\vector
    .else
    push    $\vector - 256              /* one byte, sign extended */
    .endif
    .if \vector == VECTOR_NMI || \vector == VECTOR_DB || \
        \vector == VECTOR_MC || \vector == VECTOR_DF
    jmp     ist_exception
    .else
    jmp     slow_exception
    .endif
.endm

    .balign STUB_SIZE
    .globl exception_stubs
exception_stubs:
    .altmacro
    .set vector, 0
    .rept 256
    STUB %vector
    .set vector, vector + 1
    .endr
    .noaltmacro

/*
 * Interrupts, and exceptions that need a decision.  C runs on the CPU's
 * stack: it is in use only if we are on it already.  (On the guest's stack
 * may also be a stub above that was interrupted by a fault of its own.)
 *
 * uint64_t exception(struct frame *): 0 to go on where it was interrupted,
 * or the guest's handler, for which the frame is already in place.
 */
    .balign 16
slow_exception:
    PUSH_REGISTERS
    cld
    mov     %rsp, %rdi
    mov     %rsp, %rbx                  /* C keeps it */
    mov     %rsp, %rcx
    shr     $OUR_ADDRESS_SHIFT, %rcx
    cmp     $OUR_ADDRESS_VALUE, %ecx
    je      1f
    lea     STACK_TOP, %rsp
1:  call    *CPU(exception)
    mov     %rbx, %rsp
    test    %rax, %rax
    jnz     bounce
    POP_REGISTERS
    add     $16, %rsp                   /* vector and error code */
    .globl resume_iret
resume_iret:
    iretq

/* To the guest's handler, RAX; C has set mask, IF and bounce_has_error. */
bounce:
    mov     %rax, CPU(bounce_handler)
    POP_REGISTERS
    testb   $3, 24(%rsp)
    jz      1f
    swapgs
1:  add     $8, %rsp                    /* the vector */
    cmpb    $0, CPU(bounce_has_error)
    jne     2f
    add     $8, %rsp
2:  push    %r11
    push    %rcx
    sti
    jmp     *CPU(bounce_handler)

/*
 * NMI, #DB, #MC, #DF: on stacks of our own, because they strike where RSP
 * or GS may still be the user's.  C edits the frame; a vector of
 * RESUME_SWAPGS asks for a swapgs on the way out.
 */
    .balign 16
ist_exception:
    PUSH_REGISTERS
    cld
    mov     %rsp, %rdi
    call    *CPU(ist_exception)
    POP_REGISTERS
    cmpq    $RESUME_SWAPGS, (%rsp)
    jne     1f
    swapgs
1:  add     $16, %rsp
    iretq

    .globl entry_template_end
entry_template_end:


/* ------------------------------------------------------------------------
 * _Noreturn void guest_enter(const struct frame *frame);
 *
 * Not part of the template: it runs once a CPU, in the image.  RSP goes
 * through struct frame (entry/frame.h); the last five words are IRETQ's.
 */
    .text
    .globl guest_enter
guest_enter:
    mov     %rdi, %rsp
    POP_REGISTERS
    add     $16, %rsp                   /* vector and error code */
    iretq

    .section .note.GNU-stack, "", @progbits
