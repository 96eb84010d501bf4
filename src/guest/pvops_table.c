/* SPDX-License-Identifier: MIT */
#include "pvops_table.h"

#define NATIVE(name)   { name, PVOP_NATIVE, CODE_ANY, false }
#define NOTHING(name)  { name, PVOP_NATIVE, CODE_NOTHING, false }
#define IDENTITY(name, required) \
    { name, PVOP_NATIVE, CODE_IDENTITY, required }
#define STORE(name)    { name, PVOP_NATIVE, CODE_STORE, true }
#define KEEP(name)     { name, PVOP_KEEP, CODE_ANY, false }

/*
 * All that Linux 5.10 to 7.3 have.  What is not here keeps the group from
 * being replaced: who knows what it has to do with the others.
 */
static const struct known_pvop mmu[] = {
    IDENTITY("pte_val", true), IDENTITY("make_pte", true),
    IDENTITY("pmd_val", true), IDENTITY("make_pmd", true),
    IDENTITY("pud_val", true), IDENTITY("make_pud", true),
    IDENTITY("p4d_val", false), IDENTITY("make_p4d", false),
    IDENTITY("pgd_val", true), IDENTITY("make_pgd", true),

    STORE("set_pte"), STORE("set_pmd"), STORE("set_pud"),
    NATIVE("set_p4d"), NATIVE("set_pgd"),
    NATIVE("ptep_modify_prot_start"), NATIVE("ptep_modify_prot_commit"),

    { "pgd_alloc", PVOP_PGD_ALLOC, CODE_ANY, true },
    NOTHING("pgd_free"),
    NOTHING("alloc_pte"), NOTHING("release_pte"),
    NOTHING("alloc_pmd"), NOTHING("release_pmd"),
    NOTHING("alloc_pud"), NOTHING("release_pud"),
    NOTHING("alloc_p4d"), NOTHING("release_p4d"),
    NOTHING("activate_mm"), NOTHING("dup_mmap"), NOTHING("enter_mmap"),
    NOTHING("exit_mmap"),

    NATIVE("read_cr2"), NATIVE("write_cr2"),
    NATIVE("read_cr3"), { "write_cr3", PVOP_NATIVE, CODE_ANY, true },

    NOTHING("lazy_mode.enter"), NOTHING("lazy_mode.leave"),
    NOTHING("lazy_mode.flush"), NOTHING("lazy_mode_flush"),

    NATIVE("flush_tlb_user"), NATIVE("flush_tlb_kernel"),
    NATIVE("flush_tlb_one_user"),

    /* Others are flushed by an interrupt of ours. */
    KEEP("flush_tlb_multi"), KEEP("flush_tlb_others"),
    { "tlb_remove_table", PVOP_FREE_TABLE, CODE_ANY, false },

    /* On Xen some of these have nothing behind them: APICs. */
    KEEP("set_fixmap"),
    KEEP("notify_page_enc_status_changed"),
};

static const struct known_pvop cpu[] = {
    { "load_sp0", PVOP_LOAD_SP0, CODE_ANY, true },
    { "load_gdt", PVOP_LOAD_GDT, CODE_ANY, true },
    { "read_msr", PVOP_READ_MSR, CODE_ANY, true },
    { "write_msr", PVOP_WRITE_MSR, CODE_ANY, true },
    { "load_tls", PVOP_NATIVE, CODE_ANY, true },
    { "start_context_switch", PVOP_NATIVE, CODE_NOTHING, true },
    { "end_context_switch", PVOP_NATIVE, CODE_NOTHING, true },
    NATIVE("write_cr4"),
    NATIVE("write_ldt_entry"),
    NOTHING("alloc_ldt"), NOTHING("free_ldt"),

    KEEP("io_delay"), KEEP("get_debugreg"), KEEP("set_debugreg"),
    KEEP("read_cr0"), KEEP("write_cr0"), KEEP("load_tr_desc"),
    KEEP("load_idt"), KEEP("set_ldt"), KEEP("store_tr"),
    KEEP("load_gs_index"), KEEP("write_gdt_entry"), KEEP("write_idt_entry"),
    KEEP("invalidate_io_bitmap"), KEEP("update_io_bitmap"), KEEP("wbinvd"),
    KEEP("cpuid"), KEEP("read_msr_safe"), KEEP("write_msr_safe"),
    KEEP("read_pmc"), KEEP("iret"),
};

static const struct known_pvop irq[] = {
    { "save_fl", PVOP_NATIVE, CODE_ANY, true },
    NATIVE("restore_fl"),
    { "irq_disable", PVOP_NATIVE, CODE_ANY, true },
    { "irq_enable", PVOP_NATIVE, CODE_ANY, true },
    { "safe_halt", PVOP_SAFE_HALT, CODE_ANY, true },
    KEEP("halt"),
};

/*
 * Who patches the calls, before 5.12.  The native one puts CLI, STI, PUSHF and
 * POPF there, and what of the other groups is an instruction, whether or not
 * the operations are native.
 */
static const struct known_pvop init[] = {
    { "patch", PVOP_NATIVE, CODE_ANY, true },
};

#define TABLE(name, group, may_lack) \
    { #name, group, name, sizeof name / sizeof *name, may_lack }

const struct known_pvops known_pvops[4] = {
    TABLE(mmu, PVOPS_MMU, false), TABLE(cpu, PVOPS_CPU, false),
    TABLE(irq, PVOPS_IRQ, false), TABLE(init, PVOPS_IRQ, true),
};
