/* SPDX-License-Identifier: MIT */
/*
 * Under Xen the kernel runs in ring 3 and may use selectors of that ring
 * itself: small kernels load SS with FLAT_KERNEL_SS or a segment of their own
 * GDT, and go back from their handlers by IRETQ, for which they put an RPL of
 * 3 into the frame's selectors.  Ring 0 refuses both.
 */
#include <entry/ring3_selector.h>

#include <lib/guest_access.h>
#include <machine/descriptor.h>
#include <machine/x86.h>

#define RPL_MASK     3ull
#define OPERAND_SIZE 0x66               /* prefixes: SDM volume 2, 2.1.1 */
#define REX_BASE     0x40
#define REX_MASK     0xf0
#define MOV_TO_SREG  0x8e
#define MODRM_MASK   0xf8               /* a register to SS */
#define MODRM_TO_SS  0xd0

/* LAR's result for data that ring 3 may write: SDM volume 3, 3.4.5. */
#define RIGHTS_MASK  0xfa00             /* P, DPL, S, type but accessed */
#define RIGHTS_DATA3 0xf200

/* What IRETQ takes: SDM volume 3, 6.14.3. */
struct iret_frame {
    uint64_t rip, cs, rflags, rsp, ss;
};

/* The ring that the frame names is tried anew. */
static bool fix_iretq(const struct frame *frame)
{
    static const uint8_t iretq[2] = { 0x48, 0xcf };
    uint8_t code[sizeof iretq];
    struct iret_frame target;

    if (frame->error != RING0_CS
        || !copy_from_guest(code, frame->rip, sizeof code)
        || code[0] != iretq[0] || code[1] != iretq[1]
        || !GUEST_READ(&target, frame->rsp)
        || (target.cs & 0xffff) != (RING0_CS | RPL_MASK))
        return false;
    target.cs = RING0_CS;
    target.ss = RING0_SS;
    /* Ring 3 can change neither. */
    target.rflags = (target.rflags | RFLAGS_IF) & ~(uint64_t)RFLAGS_IOPL;
    return GUEST_WRITE(frame->rsp, &target);
}

static bool is_data_of_ring3(uint64_t selector)
{
    uint32_t rights = 0;
    bool visible;

    __asm__ ("lar %2, %0" : "+r" (rights), "=@ccz" (visible)
             : "r" ((uint32_t)(selector | RPL_MASK)));
    return visible && (rights & RIGHTS_MASK) == RIGHTS_DATA3;
}

/* SS stays what it is: as flat as any is in 64 bits. */
static bool skip_mov_to_ss(struct frame *frame)
{
    uint8_t code[3];
    unsigned at = 0;

    if (!is_data_of_ring3(frame->error)
        || !copy_from_guest(code, frame->rip, sizeof code))
        return false;
    if (code[0] == OPERAND_SIZE || (code[0] & REX_MASK) == REX_BASE)
        at = 1;
    if (code[at] != MOV_TO_SREG || (code[at + 1] & MODRM_MASK) != MODRM_TO_SS)
        return false;
    frame->rip += at + 2;
    return true;
}

bool ring3_selector_fix(struct frame *frame)
{
    return !frame_from_user(frame)
           && (fix_iretq(frame) || skip_mov_to_ss(frame));
}
