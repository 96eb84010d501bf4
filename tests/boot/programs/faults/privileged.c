/* SPDX-License-Identifier: MIT */
/* Instructions that need CPL 0 or I/O privilege. */
#define _GNU_SOURCE
#include "common/fault.h"
#include "faults.h"

#include "tables.h"

static uint8_t memory[64] __attribute__((used, aligned(64)));

INSTRUCTION(cli, "cli")
INSTRUCTION(sti, "sti")
INSTRUCTION(hlt, "hlt")
INSTRUCTION(in_byte, "in $0x80, %%al")
INSTRUCTION(in_long_dx, "mov $0x71, %%edx\n\t" MARK "in %%dx, %%eax")
INSTRUCTION(out_byte, "out %%al, $0x80")
INSTRUCTION(out_long_dx, "mov $0xcf8, %%edx\n\t" MARK "out %%eax, %%dx")
INSTRUCTION(string_in, "mov $0x80, %%edx\n\tlea memory(%%rip), %%rdi\n\t"
            MARK "insb")
INSTRUCTION(string_out, "mov $0x80, %%edx\n\tlea memory(%%rip), %%rsi\n\t"
            MARK "outsb")
INSTRUCTION(read_msr, "mov $0xc0000080, %%ecx\n\t" MARK "rdmsr")
INSTRUCTION(write_msr, "mov $0xc0000080, %%ecx\n\txor %%edx, %%edx\n\t"
            MARK "wrmsr")
INSTRUCTION(read_cr0, "mov %%cr0, %%rax")
INSTRUCTION(read_cr2, "mov %%cr2, %%rax")
INSTRUCTION(read_cr3, "mov %%cr3, %%rax")
INSTRUCTION(read_cr4, "mov %%cr4, %%rax")
INSTRUCTION(read_cr8, "mov %%cr8, %%rax")
INSTRUCTION(write_cr0, "mov %%rax, %%cr0")
INSTRUCTION(write_cr2, "mov %%rax, %%cr2")
INSTRUCTION(write_cr3, "mov %%rax, %%cr3")
INSTRUCTION(write_cr4, "mov %%rax, %%cr4")
INSTRUCTION(write_cr8, "mov %%rax, %%cr8")
INSTRUCTION(read_dr0, "mov %%dr0, %%rax")
INSTRUCTION(read_dr7, "mov %%dr7, %%rax")
INSTRUCTION(write_dr0, "mov %%rax, %%dr0")
INSTRUCTION(write_dr7, "mov %%rax, %%dr7")
INSTRUCTION(load_gdt, "lgdt memory(%%rip)")
INSTRUCTION(load_idt, "lidt memory(%%rip)")
INSTRUCTION(load_ldt, "xor %%eax, %%eax\n\tlldt %%ax")
INSTRUCTION(load_task, "mov $0x40, %%eax\n\tltr %%ax")
INSTRUCTION(load_msw, "lmsw %%ax")
INSTRUCTION(clear_task_switched, "clts")
INSTRUCTION(invalidate_page, "invlpg memory(%%rip)")
INSTRUCTION(write_back_caches, "wbinvd")
INSTRUCTION(swap_gs, "swapgs")
INSTRUCTION(sysret_64, "lea 78f(%%rip), %%rcx\n\tmov $0x202, %%r11\n\t"
            MARK "sysretq\n78:")
INSTRUCTION(sysret_32, "lea 78f(%%rip), %%rcx\n\tmov $0x202, %%r11\n\t"
            MARK "sysretl\n78:")
INSTRUCTION(sysexit, "sysexitl")
INSTRUCTION(set_extended_control, "xor %%ecx, %%ecx\n\txgetbv\n\t"
            "mov %%rax, %%rbx\n\t" MARK "mov %%rbx, %%rax\n\txsetbv")
INSTRUCTION(read_performance_counter, "xor %%ecx, %%ecx\n\t" MARK "rdpmc")
INSTRUCTION(set_ac, "stac")
INSTRUCTION(clear_ac, "clac")
INSTRUCTION(monitor, "lea memory(%%rip), %%rax\n\txor %%ecx, %%ecx\n\t"
            "xor %%edx, %%edx\n\tmov %%rax, %%rbx\n\t"
            MARK "mov %%rbx, %%rax\n\tmonitor")
INSTRUCTION(mwait, "xor %%eax, %%eax\n\txor %%ecx, %%ecx\n\tmwait")
INSTRUCTION(invalidate_pcid, "xor %%ebx, %%ebx\n\t"
            MARK "invpcid memory(%%rip), %%rbx")
INSTRUCTION(save_supervisor_state, "xor %%edx, %%edx\n\t"
            MARK "xor %%eax, %%eax\n\txsaves memory(%%rip)")
INSTRUCTION(resume, "rsm")
INSTRUCTION(hypercall_vmx, "mov $17, %%eax\n\tvmcall")
INSTRUCTION(hypercall_svm, "mov $17, %%eax\n\tvmmcall")
INSTRUCTION(run_svm_guest, "vmrun")
INSTRUCTION(global_interrupts_off, "clgi")

static const struct instruction instructions[] = {
    { "cli", cli }, { "sti", sti }, { "hlt", hlt },
    { "in-byte", in_byte }, { "in-long-dx", in_long_dx },
    { "out-byte", out_byte }, { "out-long-dx", out_long_dx },
    { "insb", string_in }, { "outsb", string_out },
    { "rdmsr", read_msr }, { "wrmsr", write_msr },
    { "read-cr0", read_cr0 }, { "read-cr2", read_cr2 },
    { "read-cr3", read_cr3 }, { "read-cr4", read_cr4 },
    { "read-cr8", read_cr8 },
    { "write-cr0", write_cr0 }, { "write-cr2", write_cr2 },
    { "write-cr3", write_cr3 }, { "write-cr4", write_cr4 },
    { "write-cr8", write_cr8 },
    { "read-dr0", read_dr0 }, { "read-dr7", read_dr7 },
    { "write-dr0", write_dr0 }, { "write-dr7", write_dr7 },
    { "lgdt", load_gdt }, { "lidt", load_idt }, { "lldt", load_ldt },
    { "ltr", load_task }, { "lmsw", load_msw },
    { "clts", clear_task_switched }, { "invlpg", invalidate_page },
    { "wbinvd", write_back_caches }, { "swapgs", swap_gs },
    { "sysretq", sysret_64 }, { "sysretl", sysret_32 },
    { "sysexit", sysexit }, { "xsetbv", set_extended_control },
    { "rdpmc", read_performance_counter }, { "stac", set_ac },
    { "clac", clear_ac }, { "monitor", monitor }, { "mwait", mwait },
    { "invpcid", invalidate_pcid }, { "xsaves", save_supervisor_state },
    { "rsm", resume }, { "vmcall", hypercall_vmx },
    { "vmmcall", hypercall_svm }, { "vmrun", run_svm_guest },
    { "clgi", global_interrupts_off },
};

void check_privileged_instructions(void)
{
    run_instructions("privileged", instructions,
                     sizeof(instructions) / sizeof(instructions[0]));
}
