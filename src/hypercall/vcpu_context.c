/* SPDX-License-Identifier: MIT */
/* VCPUOP_initialise: from the guest's context to our CPU's state. */
#include <hypercall/vcpu.h>

#include <xen/xen.h>
#include <xen/errno.h>

#include <guest/domain.h>
#include <hypercall/argument.h>
#include <lib/string.h>
#include <machine/cpu.h>
#include <machine/descriptor.h>
#include <machine/x86.h>
#include <entry/entry.h>

#define LDT_ENTRIES_MAX  8192
#define ENTRIES_PER_PAGE 512
#define USER_RPL         3
#define FXSAVE_MXCSR     24     /* SDM volume 1, table 10-2 */

static bool addresses_are_valid(const struct vcpu_guest_context *context)
{
    for (unsigned i = 0; i < 256; i++)
        if (!is_guest_address(context->trap_ctxt[i].address))
            return false;
    return is_guest_address(context->user_regs.rip)
           && is_guest_address(context->event_callback_eip)
           && is_guest_address(context->failsafe_callback_eip)
           && is_guest_address(context->syscall_callback_eip)
           && is_canonical(context->fs_base)
           && is_canonical(context->gs_base_kernel)
           && is_canonical(context->gs_base_user);
}

static bool tables_are_valid(const struct vcpu_guest_context *context)
{
    unsigned long pages = (context->gdt_ents + ENTRIES_PER_PAGE - 1)
                          / ENTRIES_PER_PAGE;

    if (context->gdt_ents > GDT_GUEST_ENTRIES
        || context->ldt_ents > LDT_ENTRIES_MAX)
        return false;
    if (context->ldt_ents && ((context->ldt_base & (PAGE_SIZE - 1))
                              || !is_guest_address(context->ldt_base)))
        return false;
    for (unsigned long i = 0; i < pages; i++)
        if (!domain_owns(MFN(context->gdt_frames[i])))
            return false;
    return domain_owns(address_mfn(context->ctrlreg[3]));
}

static void set_frame(struct frame *frame, const struct cpu_user_regs *regs,
                      bool in_kernel)
{
    *frame = (struct frame){
        .r15 = regs->r15, .r14 = regs->r14, .r13 = regs->r13,
        .r12 = regs->r12, .rbp = regs->rbp, .rbx = regs->rbx,
        .r11 = regs->r11, .r10 = regs->r10, .r9 = regs->r9, .r8 = regs->r8,
        .rax = regs->rax, .rcx = regs->rcx, .rdx = regs->rdx,
        .rsi = regs->rsi, .rdi = regs->rdi,
        .rip = regs->rip, .rsp = regs->rsp,
        .cs = in_kernel ? RING0_CS : regs->cs | USER_RPL,
        .ss = in_kernel ? RING0_SS : regs->ss | USER_RPL,
        .rflags = (regs->rflags & ~(uint64_t)(RFLAGS_IOPL | RFLAGS_VM
                                              | RFLAGS_NT | RFLAGS_IF))
                  | RFLAGS_FIXED
                  | (entry_flag_is_real && in_kernel ? 0 : RFLAGS_IF),
    };
}

static void set_tables(struct cpu *cpu,
                       const struct vcpu_guest_context *context)
{
    mfn_t frames[GDT_GUEST_PAGES];
    unsigned entries = (unsigned)context->gdt_ents;
    unsigned pages = (entries + ENTRIES_PER_PAGE - 1) / ENTRIES_PER_PAGE;

    for (unsigned i = 0; i < pages; i++)
        frames[i] = MFN(context->gdt_frames[i]);
    cpu_set_gdt(cpu, frames, pages, entries);
    for (unsigned i = 0; i < 256; i++) {
        const struct trap_info *trap = &context->trap_ctxt[i];

        entry_set_trap(cpu, i, trap->address, TI_GET_DPL(trap),
                       TI_GET_IF(trap));
    }
}

static void set_callbacks(struct cpu *cpu,
                          const struct vcpu_guest_context *context)
{
    cpu->event_callback = context->event_callback_eip;
    cpu->failsafe_callback = context->failsafe_callback_eip;
    if (context->syscall_callback_eip)
        entry_set_callback(cpu, ENTRY_SYSCALL, context->syscall_callback_eip,
                           context->flags & VGCF_syscall_disables_events);
}

static void set_start(struct vcpu_start *start,
                      const struct vcpu_guest_context *context)
{
    bool in_kernel = context->flags & VGCF_in_kernel;

    set_frame(&start->frame, &context->user_regs, in_kernel);
    start->l4 = context->ctrlreg[3];
    start->fs_base = context->fs_base;
    start->gs_base = in_kernel ? context->gs_base_kernel
                               : context->gs_base_user;
    start->inactive_gs_base = in_kernel ? context->gs_base_user
                                        : context->gs_base_kernel;
    start->ldt_base = context->ldt_base;
    start->ldt_entries = (unsigned)context->ldt_ents;
    start->has_fpu_state = context->flags & VGCF_i387_valid;
    memcpy(start->fpu_state, &context->fpu_ctxt, sizeof start->fpu_state);
    /* FXRSTOR refuses reserved bits: SDM volume 1, figure 10-3. */
    memset(start->fpu_state + FXSAVE_MXCSR + 2, 0, 2);
}

long vcpu_initialise(struct cpu *cpu, uint64_t pointer)
{
    struct vcpu_guest_context context;

    if (!GUEST_READ(&context, pointer))
        return -XEN_EFAULT;
    if (cpu->initialised)
        return -XEN_EEXIST;
    if (!addresses_are_valid(&context) || !tables_are_valid(&context))
        return -XEN_EINVAL;
    set_tables(cpu, &context);
    set_callbacks(cpu, &context);
    set_start(&cpu->start, &context);
    cpu_tss(cpu)->rsp[0] = context.kernel_sp & ~15ull;
    cpu->vcpu_info->evtchn_upcall_mask = 1;
    cpu->initialised = true;
    if (context.flags & VGCF_online)
        return vcpu_up(cpu);
    return 0;
}
