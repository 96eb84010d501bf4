/* SPDX-License-Identifier: MIT */
/* Privileged instructions, of the kernel. */
#include "cpu.h"

#include <xen/physdev.h>

#define CR0_TS     0x8ul
#define CR0_WP     0x10000ul
#define CR4_TSD    0x4ul
#define RFLAGS_IF  0x200ul
#define DUMMY_PORT 0x80
#define NOTHING    0xffffd10000000000ul

static unsigned mask(void)
{
    return shared_info->vcpu_info[0].evtchn_upcall_mask;
}

static uint64_t rflags(void)
{
    uint64_t value;

    __asm__ volatile ("pushfq; pop %0" : "=r" (value));
    return value;
}

#define READ(name, instruction)                                            \
    ({                                                                     \
        uint64_t value_ = 0;                                               \
                                                                           \
        ATTEMPT(instruction, : "+r" (value_));                             \
        print_attempt(name);                                               \
        value_;                                                            \
    })

#define WRITE(name, instruction, value)                                    \
    ({                                                                     \
        ATTEMPT(instruction, : : "r" ((uint64_t)(value)) : "memory");      \
        print_attempt(name);                                               \
    })

#define DO(name, instruction)                                              \
    ({                                                                     \
        ATTEMPT(instruction, : : : "memory");                              \
        print_attempt(name);                                               \
    })

static void test_task_switched(void)
{
    uint64_t cr0;

    CALL(fpu_taskswitch, 1);
    cr0 = READ("MOV from CR0", "mov %%cr0, %0");
    print("CR0.TS after fpu_taskswitch: %u", !!(cr0 & CR0_TS));
    DO("CLTS", "clts");
    DO("FNOP after CLTS", "fnop");
    WRITE("MOV to CR0, TS", "mov %0, %%cr0", cr0 | CR0_TS);
    DO("FNOP with TS", "fnop");
    cr0 = READ("MOV from CR0", "mov %%cr0, %0") & ~CR0_TS;
    WRITE("MOV to CR0, no TS", "mov %0, %%cr0", cr0);
    DO("FNOP without TS", "fnop");
    cr0 = READ("SMSW", "smsw %0");
    print("SMSW, PE: %lu", cr0 & 1);
}

static void test_control_registers(void)
{
    uint64_t value;

    shared_info->vcpu_info[0].arch.cr2 = 0x1234;
    value = READ("MOV from CR2", "mov %%cr2, %0");
    print("CR2 is vcpu_info's: %s", value == 0x1234 ? "yes" : "no");
    WRITE("MOV to CR2", "mov %0, %%cr2", 0x5678);
    value = READ("MOV from CR3", "mov %%cr3, %0");
    WRITE("MOV to CR3, the same", "mov %0, %%cr3", value);
    value = READ("MOV from CR4", "mov %%cr4, %0");
    WRITE("MOV to CR4, the same", "mov %0, %%cr4", value);
    READ("MOV from CR8", "mov %%cr8, %0");
}

static void test_debug_registers(void)
{
    uint64_t value;

    WRITE("MOV to DR0", "mov %0, %%dr0", NOTHING);
    value = READ("MOV from DR0", "mov %%dr0, %0");
    print("DR0 reads back: %s", value == NOTHING ? "yes" : "no");
    print("DR0 by hypercall: %s",
          (uint64_t)CALL(get_debugreg, 0) == NOTHING ? "yes" : "no");
    CALL(set_debugreg, 0, 0);
    value = READ("MOV from DR0", "mov %%dr0, %0");
    print("DR0, set by hypercall: %lx", value);
    READ("MOV from DR7", "mov %%dr7, %0");
    WRITE("MOV to DR7", "mov %0, %%dr7", 0x400);
}

/* The event mask is what interrupts are to a PV kernel. */
static void test_interrupt_flag(void)
{
    shared_info->vcpu_info[0].evtchn_upcall_mask = 0;
    DO("CLI", "cli");
    print("CLI, events masked: %u, IF: %u", mask(),
          !!(rflags() & RFLAGS_IF));
    DO("STI", "sti");
    print("STI, events masked: %u, IF: %u", mask(),
          !!(rflags() & RFLAGS_IF));
    __asm__ volatile ("pushfq; andq %0, (%%rsp); popfq"
                      : : "i" (~RFLAGS_IF));
    print("POPF without IF, events masked: %u, IF: %u", mask(),
          !!(rflags() & RFLAGS_IF));
    __asm__ volatile ("pushfq; orq %0, (%%rsp); popfq" : : "i" (RFLAGS_IF));
    shared_info->vcpu_info[0].evtchn_upcall_mask = 1;
}

static void test_tables(void)
{
    static char place[10];

    WRITE("SGDT", "sgdt (%0)", place);
    WRITE("SIDT", "sidt (%0)", place);
    READ("SLDT", "sldt %0");
    READ("STR", "str %0");
    WRITE("LLDT of NUL", "lldt %w0", 0);
    WRITE("INVLPG", "invlpg (%0)", SCRATCH_VIRTUAL);
    DO("SWAPGS, twice", "swapgs; swapgs");
}

static void test_the_rest(void)
{
    ATTEMPT("in %1, %%al", : : "a" (0), "i" (DUMMY_PORT));
    print_attempt("IN");
    ATTEMPT("out %%al, %1", : : "a" (0), "i" (DUMMY_PORT));
    print_attempt("OUT");
    DO("WBINVD", "wbinvd");
    ATTEMPT("rdtsc", : : : "rax", "rdx");
    print_attempt("RDTSC");
    ATTEMPT("rdtscp", : : : "rax", "rcx", "rdx");
    print_attempt("RDTSCP");
    ATTEMPT("rdpmc", : : "c" (0) : "rax", "rdx");
    print_attempt("RDPMC");
    ATTEMPT("xgetbv", : : "c" (0) : "rax", "rdx");
    print_attempt("XGETBV");
    ATTEMPT("xgetbv; xsetbv", : : "c" (0) : "rax", "rdx");
    print_attempt("XSETBV, the same");
    ATTEMPT("xsetbv", : : "c" (0), "a" (0), "d" (0));
    print_attempt("XSETBV, nothing");
    READ("RDFSBASE", "rdfsbase %0");
    DO("VMCALL", "vmcall");
    DO("VMMCALL", "vmmcall");
}

void test_instructions(void)
{
    struct physdev_set_iopl iopl = { .iopl = 1 };

    /* With less, Xen refuses I/O. */
    CALL(physdev_op, PHYSDEVOP_set_iopl, &iopl);
    test_task_switched();
    test_control_registers();
    test_debug_registers();
    test_interrupt_flag();
    test_tables();
    test_the_rest();
}
