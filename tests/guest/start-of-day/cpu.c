/* SPDX-License-Identifier: MIT */
/* Control registers and the like, that the kernel can read. */
#include "day.h"

#define MSR_EFER 0xc0000080
#define MSR_FS_BASE 0xc0000100
#define MSR_GS_BASE 0xc0000101
#define MSR_KERNEL_GS_BASE 0xc0000102

struct bit {
    unsigned number;
    const char *name;
};

static void print_bits(const char *name, uint64_t value,
                       const struct bit *bits, size_t nr)
{
    for (size_t i = 0; i < nr; i++)
        print("%s.%s: %lu", name, bits[i].name, value >> bits[i].number & 1);
}

#define PRINT_BITS(name, value, ...)                                       \
    ({                                                                     \
        static const struct bit bits_[] = { __VA_ARGS__ };                 \
                                                                           \
        print_bits(name, value, bits_, sizeof bits_ / sizeof *bits_);      \
    })

static uint64_t rdmsr(uint32_t msr)
{
    uint32_t low, high;

    __asm__ volatile ("rdmsr" : "=a" (low), "=d" (high) : "c" (msr));
    return (uint64_t)high << 32 | low;
}

static void test_control_registers(void)
{
    uint64_t cr0, cr3, cr4;

    __asm__ volatile ("mov %%cr0, %0" : "=r" (cr0));
    __asm__ volatile ("mov %%cr3, %0" : "=r" (cr3));
    __asm__ volatile ("mov %%cr4, %0" : "=r" (cr4));
    PRINT_BITS("CR0", cr0, { 0, "PE" }, { 1, "MP" }, { 2, "EM" },
               { 3, "TS" }, { 5, "NE" }, { 16, "WP" }, { 18, "AM" },
               { 29, "NW" }, { 30, "CD" }, { 31, "PG" });
    check("CR3 is pt_base's frame",
          (cr3 & PTE_FRAME) >> PAGE_SHIFT
          == mfn_of((void *)start_info->pt_base));
    PRINT_BITS("CR4", cr4, { 0, "VME" }, { 2, "TSD" }, { 3, "DE" },
               { 4, "PSE" }, { 5, "PAE" }, { 6, "MCE" }, { 7, "PGE" },
               { 8, "PCE" }, { 9, "OSFXSR" }, { 10, "OSXMMEXCPT" },
               { 11, "UMIP" }, { 12, "LA57" }, { 16, "FSGSBASE" },
               { 17, "PCIDE" }, { 18, "OSXSAVE" }, { 20, "SMEP" },
               { 21, "SMAP" }, { 22, "PKE" });
    PRINT_BITS("EFER", rdmsr(MSR_EFER), { 0, "SCE" }, { 8, "LME" },
               { 10, "LMA" }, { 11, "NXE" });
}

static void test_fpu(void)
{
    uint16_t control, status;
    uint32_t mxcsr;

    __asm__ volatile ("fnstcw %0; fnstsw %1; stmxcsr %2"
                      : "=m" (control), "=m" (status), "=m" (mxcsr));
    print("x87 control word: %x", control);
    print("x87 status word: %x", status);
    print("MXCSR: %x", mxcsr);
}

static void test_time(void)
{
    uint32_t low, high;
    uint64_t before, after;

    __asm__ volatile ("rdtsc" : "=a" (low), "=d" (high));
    before = (uint64_t)high << 32 | low;
    __asm__ volatile ("rdtsc" : "=a" (low), "=d" (high));
    after = (uint64_t)high << 32 | low;
    check("the TSC counts", after > before);
    check("the TSC is behind vCPU time's",
          before >= shared_info->vcpu_info[0].time.tsc_timestamp);
}

void test_cpu(void)
{
    test_control_registers();
    print("FS base: %lx", rdmsr(MSR_FS_BASE));
    print("GS base: %lx", rdmsr(MSR_GS_BASE));
    print("kernel GS base: %lx", rdmsr(MSR_KERNEL_GS_BASE));
    test_fpu();
    print("DR6: %lx", CALL(get_debugreg, 6));
    print("DR7: %lx", CALL(get_debugreg, 7));
    test_time();
}
