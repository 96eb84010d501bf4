/* SPDX-License-Identifier: MIT */
/* set_gdt, update_descriptor, stack_switch, debug registers and the like. */
#include "errors.h"

#define DESCRIPTOR_DATA3 0x00cff2000000ffff
#define DESCRIPTOR_DATA0 0x00cf92000000ffff
#define DESCRIPTOR_TSS   0x0000890000000067
#define DESCRIPTOR_CALL_GATE 0x00008c00e0330000

static void try_set_gdt(void)
{
    static uint64_t frames[16];
    char *table = page_new();

    for (struct bad_pointer *bad = bad_pointers; bad->kind; bad++)
        report(CALL(set_gdt, bad->address, 16), "set_gdt(%s, 16)",
               bad->kind);
    TRY(set_gdt, frames, 7169);
    TRY(set_gdt, frames, 8192);
    TRY(set_gdt, frames, 0xffffffff);
    frames[0] = NO_MFN;
    report(CALL(set_gdt, frames, 16), "set_gdt(no such frame, 16)");
    frames[0] = ~0ul;
    report(CALL(set_gdt, frames, 1), "set_gdt(~0, 1)");
    frames[0] = mfn_of(table);
    report(CALL(set_gdt, frames, 16), "set_gdt(a writable page, 16)");
    report(CALL(set_gdt, frames, 0), "set_gdt(a page, 0)");
    TRY(set_gdt, 0, 0);
}

static uint64_t *new_descriptor_page(void)
{
    uint64_t *table = page_new();
    uint64_t frame = mfn_of(table);

    CALL(update_va_mapping, table, frame << PAGE_SHIFT | PTE_P | PTE_A,
         UVMF_INVLPG);
    report(CALL(set_gdt, &frame, 512), "set_gdt(a read-only page, 512)");
    return table;
}

static void try_update_descriptor(void)
{
    uint64_t place = machine_address(new_descriptor_page());

    TRY(update_descriptor, place, 0);
    TRY(update_descriptor, place + 8, DESCRIPTOR_DATA3);
    TRY(update_descriptor, place + 8, DESCRIPTOR_DATA0);
    TRY(update_descriptor, place + 4, DESCRIPTOR_DATA3);
    TRY(update_descriptor, place + 8, DESCRIPTOR_TSS);
    TRY(update_descriptor, place + 8, DESCRIPTOR_CALL_GATE);
    TRY(update_descriptor, NO_MFN << PAGE_SHIFT, DESCRIPTOR_DATA3);
    TRY(update_descriptor, ~7ul, DESCRIPTOR_DATA3);
    TRY(update_descriptor, machine_address(page_entry(VIRT_BASE, 1)),
        DESCRIPTOR_DATA3);
    TRY(set_gdt, 0, 0);
}

static void try_debug_registers(void)
{
    TRY(set_debugreg, 0, XENS);
    TRY(set_debugreg, 3, NONCANONICAL);
    TRY(set_debugreg, 0, UNMAPPED_VIRTUAL);
    TRY(set_debugreg, 0, 0);
    TRY(set_debugreg, 4, 0);
    TRY(set_debugreg, 6, 0x100000000);
    TRY(set_debugreg, 6, 0xffff4ff0);
    TRY(set_debugreg, 6, 0);
    TRY(set_debugreg, 7, 0x100000000);
    TRY(set_debugreg, 7, 0x00020002);   /* an I/O breakpoint */
    TRY(set_debugreg, 7, 0x00002000);   /* general detect */
    TRY(set_debugreg, 7, 0);
    TRY(set_debugreg, 8, 0);
    TRY(set_debugreg, 0xffffffff, 0);
    TRY(set_debugreg, 0x100000000, 0);
    TRY(get_debugreg, 0);
    TRY_SIGN(get_debugreg, 4);
    TRY_SIGN(get_debugreg, 5);
    TRY_SIGN(get_debugreg, 6);
    TRY_SIGN(get_debugreg, 7);
    TRY(get_debugreg, 8);
    TRY(get_debugreg, 0xffffffff);
    TRY(get_debugreg, 0x100000000);
}

static void try_segment_bases(void)
{
    TRY(set_segment_base, SEGBASE_FS, NONCANONICAL);
    TRY(set_segment_base, SEGBASE_FS, XENS);
    TRY(set_segment_base, SEGBASE_GS_USER, NONCANONICAL);
    TRY(set_segment_base, SEGBASE_GS_KERNEL, NONCANONICAL);
    TRY(set_segment_base, SEGBASE_GS_USER_SEL, 0xffff);
    TRY(set_segment_base, SEGBASE_GS_USER_SEL, 0xfffffffffffful);
    TRY(set_segment_base, SEGBASE_GS_USER_SEL, 0xe008);
    TRY(set_segment_base, SEGBASE_GS_USER_SEL, 0);
    TRY(set_segment_base, 4, 0);
    TRY(set_segment_base, 0xffffffff, 0);
    TRY(set_segment_base, SEGBASE_FS, 0);
    TRY(set_segment_base, SEGBASE_GS_USER, 0);
    TRY(set_segment_base, SEGBASE_GS_KERNEL, 0);
}

static void try_the_rest(void)
{
    uint64_t stack = start_info->pt_base;

    TRY(stack_switch, 0, NONCANONICAL);
    TRY(stack_switch, 0xffff, XENS);
    TRY(stack_switch, FLAT_KERNEL_SS, stack);
    TRY(fpu_taskswitch, 2);
    TRY(fpu_taskswitch, 1);
    TRY(fpu_taskswitch, 0);
    for (unsigned long type = 0; type < 10; type++)
        report(CALL(vm_assist, VMASST_CMD_enable, type),
               "vm_assist(enable, %lu)", type);
    for (unsigned long type = 0; type < 10; type++)
        report(CALL(vm_assist, VMASST_CMD_disable, type),
               "vm_assist(disable, %lu)", type);
    TRY(vm_assist, VMASST_CMD_enable, VMASST_TYPE_4gb_segments);
    TRY(vm_assist, VMASST_CMD_enable, VMASST_TYPE_4gb_segments_notify);
    TRY(vm_assist, VMASST_CMD_enable, VMASST_TYPE_writable_pagetables);
    TRY(vm_assist, VMASST_CMD_enable, VMASST_TYPE_pae_extended_cr3);
    TRY(vm_assist, VMASST_CMD_enable, VMASST_TYPE_architectural_iopl);
    TRY(vm_assist, VMASST_CMD_disable, VMASST_TYPE_architectural_iopl);
    TRY(vm_assist, VMASST_CMD_enable, VMASST_TYPE_runstate_update_flag);
    TRY(vm_assist, VMASST_CMD_disable, VMASST_TYPE_runstate_update_flag);
    TRY(vm_assist, VMASST_CMD_enable, VMASST_TYPE_m2p_strict);
    TRY(vm_assist, VMASST_CMD_disable, VMASST_TYPE_m2p_strict);
    TRY(vm_assist, VMASST_CMD_enable, 31);
    TRY(vm_assist, VMASST_CMD_enable, 32);
    TRY(vm_assist, VMASST_CMD_enable, 63);
    TRY(vm_assist, VMASST_CMD_enable, 64);
    TRY(vm_assist, VMASST_CMD_enable, 0xffffffff);
    TRY(vm_assist, VMASST_CMD_enable, 0x100000000);
    TRY(vm_assist, 2, VMASST_TYPE_writable_pagetables);
    TRY(vm_assist, 0xffffffff, VMASST_TYPE_writable_pagetables);
    TRY(vm_assist, 2, 64);
    TRY(set_timer_op, -1l);
    TRY(set_timer_op, 1);
    TRY(set_timer_op, 0);
}

void try_cpu_state(void)
{
    try_set_gdt();
    try_update_descriptor();
    try_debug_registers();
    try_segment_bases();
    try_the_rest();
}
