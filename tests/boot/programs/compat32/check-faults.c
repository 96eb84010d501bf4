/* SPDX-License-Identifier: MIT */
/* Faults that differ in 32-bit code, and those that exist only there. */
#include "runtime.h"
#include "signals.h"

#include <linux/mman.h>

static const int32_t bounds[2] __attribute__((used)) = { 1, 10 };
static uint16_t far_pointer[4] __attribute__((used));

#define INSTRUCTION(function, text) \
    static void function(void) \
    { \
        expect_fault(0); \
        asm volatile(MARK text : : : "eax", "ebx", "ecx", "edx", "esi", \
                     "edi", "cc", "memory"); \
        no_fault(); \
    }

INSTRUCTION(bound_exceeded, "mov $11, %%eax\n\tbound %%eax, bounds")
INSTRUCTION(bound_kept, "mov $5, %%eax\n\tbound %%eax, bounds")
INSTRUCTION(into_with_overflow, "mov $0x7fffffff, %%eax\n\tadd $1, %%eax\n\t"
            MARK "into")
INSTRUCTION(into_without_overflow, "xor %%eax, %%eax\n\tinto")
INSTRUCTION(int_4, "int $4")
INSTRUCTION(int_5, "int $5")
INSTRUCTION(int_3, "int3")
INSTRUCTION(int_3_two_bytes, ".byte 0xcd, 3")
INSTRUCTION(int_1, "int $1")
INSTRUCTION(icebp, ".byte 0xf1")
INSTRUCTION(int_ff, "int $0xff")
INSTRUCTION(undefined, "ud2")
INSTRUCTION(xen_cpuid, "xor %%eax, %%eax\n\t" MARK
            "ud2\n\t.ascii \"xen\"\n\tcpuid")
INSTRUCTION(divide, "xor %%ecx, %%ecx\n\tdiv %%ecx")
INSTRUCTION(aam_zero, ".byte 0xd4, 0")
INSTRUCTION(null_read, "movl 0, %%eax")
INSTRUCTION(null_write, "movl %%eax, 0")
INSTRUCTION(null_call, "xor %%ecx, %%ecx\n\tcall *%%ecx")
INSTRUCTION(high_read, "movl 0xfffff000, %%eax")
INSTRUCTION(top_read, "movl 0xffffffff, %%eax")
INSTRUCTION(high_jump, "movl $0xffffe000, %%ecx\n\tjmp *%%ecx")
INSTRUCTION(halt, "hlt")
INSTRUCTION(disable, "cli")
INSTRUCTION(input, "in $0x80, %%al")
INSTRUCTION(read_cr0, "mov %%cr0, %%eax")
INSTRUCTION(load_gdt, "lgdt bounds")
INSTRUCTION(read_msr, "mov $0xc0000080, %%ecx\n\trdmsr")
INSTRUCTION(swapgs, ".byte 0x0f, 0x01, 0xf8")
INSTRUCTION(sysret, "sysretl")
INSTRUCTION(arpl, "mov $0x10, %%eax\n\tmov $3, %%ecx\n\tarpl %%cx, %%ax")
INSTRUCTION(ds_null, "xor %%eax, %%eax\n\tmov %%eax, %%ds\n\tmovl 0, %%eax")
INSTRUCTION(es_null, "xor %%eax, %%eax\n\tmov %%eax, %%es\n\t"
            MARK "movl %%es:far_pointer, %%eax")
INSTRUCTION(ss_null, "xor %%eax, %%eax\n\tmov %%eax, %%ss")
INSTRUCTION(ss_kernel, "mov $0x18, %%eax\n\tmov %%eax, %%ss")
INSTRUCTION(ds_kernel, "mov $0x18, %%eax\n\tmov %%eax, %%ds")
INSTRUCTION(ds_xen, "mov $0xe02b, %%eax\n\tmov %%eax, %%ds")
INSTRUCTION(gs_beyond, "mov $0xfff3, %%eax\n\tmov %%eax, %%gs")
INSTRUCTION(far_to_kernel, "ljmp $0x10, $0")
INSTRUCTION(far_to_xen_32, "ljmp $0xe023, $0")
INSTRUCTION(far_to_xen_64, "ljmp $0xe033, $0")
INSTRUCTION(far_to_data, "ljmp $0x2b, $0")
INSTRUCTION(far_to_null, "ljmp $0, $0")
INSTRUCTION(pop_ss_int3, "mov %%ss, %%eax\n\tpush %%eax\n\tpop %%ss\n\tint3")
INSTRUCTION(step, "pushf\n\torl $0x100, (%%esp)\n\t" MARK "popf\n\tnop\n\tnop")
INSTRUCTION(alignment, "pushf\n\torl $0x40000, (%%esp)\n\tpopf\n\t"
            MARK "movl bounds+1, %%eax")

static void virtual_8086(void)
{
    uint8_t area[512];
    memset(area, 0, sizeof(area));
    long new_call = CALL2(__NR_vm86, 0, 0);
    long entered = CALL2(__NR_vm86, 1, area);
    long old_call = CALL1(__NR_vm86old, area);
    observe_here("%d %d %d", (int)new_call, (int)entered, (int)old_call);
}

static void segment_overflow_read(void)
{
    expect_fault(0);
    /* Wraps in 32-bit address arithmetic: must not reach above 4 GiB. */
    asm volatile(MARK "movl $0x80000000, %%ecx\n\tmovl (%%ecx,%%ecx), %%eax"
                 : : : "eax", "ecx", "memory");
    no_fault();
}

static void stack_into_nothing(void)
{
    expect_fault(0x1000 - 4);
    asm volatile(MARK "movl $0x1000, %%esp\n\tpush %%eax" : : : "memory");
    no_fault();
}

static void execute_data(void)
{
    uint8_t *page = map_memory(0, 4096, PROT_READ | PROT_WRITE);
    page[0] = 0xc3;
    expect_fault((uint32_t)page);
    asm volatile("call *%0" : : "r"(page) : "memory");
    no_fault();
}

struct fault_check {
    const char *name;
    void (*body)(void);
};

static const struct fault_check checks[] = {
    { "bound-exceeded", bound_exceeded }, { "bound-kept", bound_kept },
    { "into-overflow", into_with_overflow },
    { "into-no-overflow", into_without_overflow },
    { "int-4", int_4 }, { "int-5", int_5 }, { "int3", int_3 },
    { "int-3", int_3_two_bytes }, { "int-1", int_1 }, { "icebp", icebp },
    { "int-0xff", int_ff }, { "ud2", undefined }, { "xen-cpuid", xen_cpuid },
    { "divide", divide }, { "aam-zero", aam_zero },
    { "null-read", null_read }, { "null-write", null_write },
    { "null-call", null_call }, { "high-read", high_read },
    { "top-read", top_read }, { "high-jump", high_jump },
    { "hlt", halt }, { "cli", disable }, { "in", input },
    { "read-cr0", read_cr0 }, { "lgdt", load_gdt }, { "rdmsr", read_msr },
    { "swapgs", swapgs }, { "sysret", sysret }, { "arpl", arpl },
    { "ds-null", ds_null }, { "es-null", es_null }, { "ss-null", ss_null },
    { "ss-kernel", ss_kernel }, { "ds-kernel", ds_kernel },
    { "ds-xen", ds_xen }, { "gs-beyond", gs_beyond },
    { "far-to-kernel", far_to_kernel }, { "far-to-xen-32", far_to_xen_32 },
    { "far-to-xen-64", far_to_xen_64 }, { "far-to-data", far_to_data },
    { "far-to-null", far_to_null }, { "pop-ss-int3", pop_ss_int3 },
    { "step", step }, { "alignment", alignment }, { "vm86", virtual_8086 },
    { "address-wrap", segment_overflow_read },
    { "stack-into-nothing", stack_into_nothing },
    { "execute-data", execute_data },
};

void check_faults(void)
{
    for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
        check(checks[i].name, checks[i].body);
}
