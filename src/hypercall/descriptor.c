/* SPDX-License-Identifier: MIT */
/* Segments, traps, stacks and the other state that is one CPU's. */
#include <hypercall/hypercall.h>

#include <xen/xen.h>

#include <entry/entry.h>
#include <guest/domain.h>
#include <hypercall/argument.h>
#include <machine/cpu.h>
#include <machine/paging.h>
#include <machine/x86.h>

#define ENTRIES_PER_PAGE 512
#define TRAPS_PER_CALL   256

HYPERCALL(hypercall_set_trap_table)
{
    struct cpu *cpu = this_cpu();

    UNUSED_ARGUMENTS(a2, a3, a4, a5, a6);
    if (!a1) {
        for (unsigned vector = 0; vector < 256; vector++)
            entry_set_trap(cpu, vector, 0, 0, false);
        return 0;
    }
    for (;; a1 += sizeof(trap_info_t)) {
        trap_info_t trap;

        if (!GUEST_READ(&trap, a1))
            return -XEN_EFAULT;
        if (!trap.address)
            return 0;
        if (!is_guest_address(trap.address))
            return -XEN_EINVAL;
        entry_set_trap(cpu, trap.vector, trap.address, TI_GET_DPL(&trap),
                       TI_GET_IF(&trap));
    }
}

HYPERCALL(hypercall_set_gdt)
{
    uint32_t entries = (uint32_t)a2;
    unsigned pages = (entries + ENTRIES_PER_PAGE - 1) / ENTRIES_PER_PAGE;
    mfn_t frames[GDT_GUEST_PAGES];

    UNUSED_ARGUMENTS(a3, a4, a5, a6);
    if (entries > GDT_GUEST_ENTRIES)
        return -XEN_EINVAL;
    for (unsigned i = 0; i < pages; i++) {
        uint64_t frame;

        if (!GUEST_READ(&frame, a1 + i * sizeof frame))
            return -XEN_EFAULT;
        frames[i] = MFN(frame);
        if (!domain_owns(frames[i]))
            return -XEN_EINVAL;
    }
    cpu_set_gdt(this_cpu(), frames, pages, entries);
    return 0;
}

HYPERCALL(hypercall_update_descriptor)
{
    UNUSED_ARGUMENTS(a3, a4, a5, a6);
    if ((a1 & 7) || !domain_owns(address_mfn(a1)))
        return -XEN_EINVAL;
    return write_checked(direct(a1), a2) ? 0 : -XEN_EINVAL;
}

HYPERCALL(hypercall_stack_switch)
{
    UNUSED_ARGUMENTS(a1, a3, a4, a5, a6);
    cpu_tss(this_cpu())->rsp[0] = a2 & ~15ull;
    return 0;
}

/*
 * 3: load a user selector into GS, behind swapgs so that it is the inactive
 * base that changes.  A selector that can't be loaded becomes NUL.
 */
static long load_user_gs(uint16_t selector)
{
    bool loaded = false;

    __asm__ volatile ("swapgs\n\t"
                      "1: mov %1, %%gs\n\t"
                      "movb $1, %0\n\t"
                      "2:\n\t"
                      ".pushsection .fault_fixups, \"a\"\n\t"
                      ".long 1b - ., 2b - .\n\t"
                      ".popsection\n\t"
                      "swapgs"
                      : "+r" (loaded) : "r" ((uint32_t)selector) : "memory");
    if (!loaded)
        __asm__ volatile ("swapgs; mov %0, %%gs; swapgs"
                          : : "r" (0) : "memory");
    return 0;
}

HYPERCALL(hypercall_set_segment_base)
{
    UNUSED_ARGUMENTS(a3, a4, a5, a6);
    if (a1 != SEGBASE_GS_USER_SEL && !is_canonical(a2))
        return -XEN_EINVAL;
    switch ((uint32_t)a1) {
    case SEGBASE_FS:
        wrmsr(MSR_FS_BASE, a2);
        return 0;
    case SEGBASE_GS_USER:
        wrmsr(MSR_KERNEL_GS, a2);
        return 0;
    case SEGBASE_GS_KERNEL:
        wrmsr(MSR_GS_BASE, a2);
        return 0;
    case SEGBASE_GS_USER_SEL:
        return load_user_gs((uint16_t)a2);
    default:
        return -XEN_EINVAL;
    }
}

HYPERCALL(hypercall_fpu_taskswitch)
{
    UNUSED_ARGUMENTS(a2, a3, a4, a5, a6);
    this_cpu()->fpu_switched = a1;
    write_cr0(a1 ? read_cr0() | CR0_TS : read_cr0() & ~(uint64_t)CR0_TS);
    return 0;
}
