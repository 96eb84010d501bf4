/* SPDX-License-Identifier: MIT */
/*
 * For the assembly of the ways in and out.  All of it, the files' .entry
 * sections, is a template: each CPU runs a copy of it in its own area
 * (layout.h), with that CPU's data behind it, so everything in there is
 * addressed relative to RIP, and C code is called through pointers.
 *
 * Rules that hold everywhere in there (docs/invariants.md has the reasons):
 *   - The real IF is 0 in here and 1 whenever the guest runs, unless it has
 *     the flag itself.  `sti` is the last instruction but one, because its
 *     shadow covers the jump.
 *   - While a user program runs the upcall mask is 1, and 3 if it is to be
 *     masked, which Linux never asks for; unless the guest has the flag itself.
 *     What enters the kernel masks events anyway, so Linux' system calls need
 *     not.  Whatever else comes from a user program has to see to it.
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
#ifdef __ASSEMBLER__

#include <entry/mask_of_user.h>
#include <entry/registers.h>
#include <machine/descriptor.h>
#include <machine/layout.h>
#include <machine/x86.h>
#include <offsets.h>

/* A field of this CPU's struct cpu, or a place in its area. */
#define CPU(field)  (entry_template + CPU_DATA + CPU_##field)(%rip)
#define CPU_ITEM(field, offset) \
    (entry_template + CPU_DATA + CPU_##field + (offset))(%rip)
#define AREA(place) (entry_template + (place))(%rip)
#define STACK_TOP   AREA(CPU_STACK + CPU_STACK_SIZE)
#define KERNEL_SP   AREA(CPU_TSS + TSS_RSP0)

/* An L4's entry that stands for all of ours: docs/invariants.md. */
#define MARK_SLOT (8 * ((IMAGE_BASE >> 39) & 511))

/* A field of its struct vcpu_info, as an operand in USING_VCPU_INFO. */
#define VCPU_INFO(field) \
    (entry_template + CPU_VCPU_INFO + VCPU_INFO_##field)(%rip)

/*
 * An instruction with such an operand and `immediate` bytes behind it.  It
 * is put on the list of what changes when the vcpu_info moves (code.c).
 */
.macro USING_VCPU_INFO immediate, instruction:vararg
    \instruction
.Lusing_vcpu_info\@:
    .pushsection .vcpu_info_uses, "a"
    .long   .Lusing_vcpu_info\@ - 4 - (\immediate) - .
    .long   \immediate
    .popsection
.endm

/*
 * What is here may change (code.c): to these bytes, one or two, or to a jump,
 * which takes five.
 */
.macro MAY_CHANGE list, size, first, second, jump
    .pushsection .\list, "a"
    .long   .Lmay_change\@ - .
    .long   \jump - .
    .byte   \size, \first, \second, 0
    .popsection
.Lmay_change\@:
.endm

/* When the guest has the interrupt flag itself: it stands for the mask. */
.macro WITH_REAL_FLAG first, size=1, second=0, jump=.
    MAY_CHANGE real_flag_changes, \size, \first, \second, \jump
.endm

/* When programs' buffers are overwritten: verw.S. */
.macro WITH_VERW jump
    MAY_CHANGE verw_changes, 0, 0, 0, \jump
.endm

/* Mask events; later this instruction is a TEST. */
.macro MASK_EVENTS
    WITH_REAL_FLAG 0xf6
    USING_VCPU_INFO 1, movb $1, VCPU_INFO(mask)
.endm

/* The flag is always set for the guest; later it stays as it is. */
.macro SET_FLAG
    WITH_REAL_FLAG 0x90
    sti
.endm

/* Should the instruction behind it fault, go on at `target`. */
.macro MAY_FAULT target
    .pushsection .fault_fixups, "a"
    .long   .Lmay_fault\@ - .
    .long   \target - .
    .popsection
.Lmay_fault\@:
.endm

#endif
