/* SPDX-License-Identifier: MIT */
#include <pvops/pvops.h>

#include <xen/xen.h>

#include <entry/entry.h>
#include <guest/domain.h>
#include <hypercall/event.h>
#include <hypercall/exchange_pool.h>
#include <lib/console.h>
#include <machine/cpu.h>
#include <machine/features.h>
#include <machine/smp.h>
#include <machine/x86.h>
#include <pvops/check.h>
#include <pvops/large_pages.h>
#include <pvops/memory.h>
#include <pvops/stubs.h>

struct pvops pvops;

/*
 * Natively a page table is freed as soon as all CPUs have flushed, and not by
 * RCU as on Xen: who walks tables without a lock does so with interrupts off.
 * That holds our interrupt off as well if the flag is the kernel's.
 */
static bool tables_are_free_once_flushed(unsigned groups)
{
    return domain.nr_vcpus == 1 || groups & PVOPS_IRQ;
}

/* What is to do it from now on; 0: what does it now. */
static uint64_t replacement(const struct pvop *op, unsigned groups)
{
    if (!(op->group & groups))
        return 0;
    switch (op->action) {
    case PVOP_NATIVE:
        return op->native;
    case PVOP_FREE_TABLE:
        return tables_are_free_once_flushed(groups) ? op->native : 0;
    case PVOP_PGD_ALLOC:
        return pvops_stub_pgd_alloc();
    case PVOP_LOAD_SP0:
        return pvops_stub_load_sp0();
    case PVOP_READ_MSR:
        return pvops_stub_read_msr(op->native, *pvops_field(op));
    case PVOP_WRITE_MSR:
        return pvops_stub_write_msr(op->native, *pvops_field(op),
                                    op->parameters);
    case PVOP_SAFE_HALT:
        return pvops_stub_safe_halt();
    case PVOP_LOAD_GDT:
        return groups & PVOPS_LARGE_PAGES ? pvops_stub_load_gdt() : 0;
    default:
        return 0;
    }
}

static unsigned replace_all(unsigned groups)
{
    unsigned nr = 0;

    for (unsigned i = 0; i < pvops.nr; i++) {
        uint64_t *field = pvops_field(&pvops.ops[i]);
        uint64_t new = replacement(&pvops.ops[i], groups);

        if (new == 0 || new == *field)
            continue;
        *field = new;
        nr++;
    }
    return nr;
}

/* Kernels without alternatives for Xen edit the callers themselves. */
static void replace_all_and_log(unsigned groups)
{
    printk("pv_ops: mmu%s%s: %u operations are native now, ",
           groups & PVOPS_CPU ? ", cpu" : "",
           groups & PVOPS_IRQ ? ", irq" : "", replace_all(groups));
    if (pvops.alternatives.is_xen)
        printk("and %u instructions in their callers\n",
               alternatives_edit(groups, true));
    else
        printk("and the kernel puts them into their callers\n");
}

/* write_cr4 is the kernel's own now, and sets CR4.PGE. */
static void expect_global_pages(void)
{
    features.global_pages = true;
    for (unsigned i = 0; i < smp.nr_cpus; i++)
        entry_flush_in_c(cpu_of(i));
}

/*
 * From now on the flag is the kernel's.  It goes on, behind this hypercall,
 * with its upcall mask as it was; other CPUs have not started.
 */
static void give_flag(void)
{
    struct cpu *cpu = this_cpu();

    for (unsigned i = 0; i < smp.nr_cpus; i++)
        entry_real_flag(cpu_of(i));
    entry_kernel_sti = pvops_stub_safe_halt_sti();
    entry_choose_syscall(cpu);
    if (cpu->vcpu_info->evtchn_upcall_mask)
        *hypercall_flags(cpu) &= ~(uint64_t)RFLAGS_IF;
    cpu->vcpu_info->evtchn_upcall_mask = 0;
}

void pvops_replace(void)
{
    unsigned groups = pvops.groups & ~(event_is_2level() ? PVOPS_IRQ : 0);
    const char *why;

    if (!groups)
        return;
    pvops.groups = 0;
    why = pvops_check();
    if (why) {
        printk("pv_ops: left alone, %s\n", why);
        return;
    }
    pvops_stubs_map();
    exchange_pool_close();
    replace_all_and_log(groups);
    if (groups & PVOPS_CPU) {
        expect_global_pages();
        entry_swapped_gs.start = pvops_msr_stubs();
        entry_swapped_gs.size = PVOPS_MSR_STUBS_SIZE;
    }
    if (groups & PVOPS_IRQ)
        give_flag();
    if (groups & PVOPS_LARGE_PAGES)
        printk("pv_ops: %u MiB of RAM are mapped by 2 MiB pages\n",
               2 * large_pages_promote());
}
