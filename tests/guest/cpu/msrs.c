/* SPDX-License-Identifier: MIT */
#include "cpu.h"

#define MSR_FS_BASE        0xc0000100
#define MSR_GS_BASE        0xc0000101
#define MSR_KERNEL_GS_BASE 0xc0000102

/* `write`: what was read is written back. */
static const struct {
    const char *name;
    uint32_t number;
    bool write;
} msrs[] = {
    { "TSC", 0x10, false },
    { "APIC_BASE", 0x1b, true },
    { "FEATURE_CONTROL", 0x3a, false },
    { "SPEC_CTRL", 0x48, true },
    { "BIOS_SIGN_ID", 0x8b, true },
    { "PLATFORM_INFO", 0xce, false },
    { "MPERF", 0xe7, false },
    { "MTRRcap", 0xfe, false },
    { "SYSENTER_CS", 0x174, false },
    { "MCG_CAP", 0x179, false },
    { "PERF_STATUS", 0x198, false },
    { "MISC_ENABLE", 0x1a0, true },
    { "DEBUGCTL", 0x1d9, true },
    { "MTRR_PHYSBASE0", 0x200, false },
    { "PAT", 0x277, true },
    { "MTRR_DEF_TYPE", 0x2ff, true },
    { "PERF_CAPABILITIES", 0x345, false },
    { "MC0_CTL", 0x400, false },
    { "x2APIC ID", 0x802, false },
    { "XSS", 0xda0, false },
    { "hypercall page", 0x40000000, false },
    { "EFER", 0xc0000080, true },
    { "STAR", 0xc0000081, false },
    { "LSTAR", 0xc0000082, false },
    { "FS_BASE", MSR_FS_BASE, true },
    { "GS_BASE", MSR_GS_BASE, true },
    { "KERNEL_GS_BASE", MSR_KERNEL_GS_BASE, true },
    { "TSC_AUX", 0xc0000103, false },
    { "AMD SYSCFG", 0xc0010010, false },
    { "AMD HWCR", 0xc0010015, false },
    { "AMD NB_CFG", 0xc001001f, false },
    { "AMD VM_CR", 0xc0010114, false },
    { "AMD DE_CFG", 0xc0011029, false },
    { "an unknown one", 0x12345678, false },
};

static uint64_t read(uint32_t msr)
{
    uint32_t low = 0, high = 0;

    ATTEMPT("rdmsr", : "+a" (low), "+d" (high) : "c" (msr));
    return (uint64_t)high << 32 | low;
}

static void write(uint32_t msr, uint64_t value)
{
    ATTEMPT("wrmsr", : : "c" (msr), "a" ((uint32_t)value),
            "d" ((uint32_t)(value >> 32)));
}

static void read_and_write_back(unsigned i)
{
    uint64_t value = read(msrs[i].number);
    bool there = attempt_vector == NONE;
    char name[64];

    memcpy(name, "RDMSR ", 7);
    memcpy(name + 6, msrs[i].name, strlen(msrs[i].name) + 1);
    print_attempt(name);
    if (there && msrs[i].write) {
        name[0] = 'W';
        name[1] = 'R';
        write(msrs[i].number, value);
        print_attempt(name);
    }
}

static uint64_t word_by_fs(void)
{
    uint64_t value = 0;

    __asm__ volatile ("mov %%fs:0, %0" : "=r" (value));
    return value;
}

static uint64_t word_by_gs(void)
{
    uint64_t value = 0;

    __asm__ volatile ("mov %%gs:0, %0" : "=r" (value));
    return value;
}

static void test_bases(void)
{
    static uint64_t fs_word = 0xf5, gs_word = 0x65;

    write(MSR_FS_BASE, (uint64_t)&fs_word);
    print_attempt("WRMSR FS_BASE, a word's place");
    print("by FS: %lx", word_by_fs());
    write(MSR_GS_BASE, (uint64_t)&gs_word);
    print_attempt("WRMSR GS_BASE, a word's place");
    print("by GS: %lx", word_by_gs());
    write(MSR_KERNEL_GS_BASE, 0x1234);
    print("KERNEL_GS_BASE reads: %lx", read(MSR_KERNEL_GS_BASE));
    CALL(set_segment_base, SEGBASE_GS_USER, 0x5678);
    print("KERNEL_GS_BASE, set by hypercall, reads: %lx",
          read(MSR_KERNEL_GS_BASE));
    write(MSR_KERNEL_GS_BASE, 0);
}

void test_msrs(void)
{
    for (unsigned i = 0; i < sizeof msrs / sizeof *msrs; i++)
        read_and_write_back(i);
    test_bases();
}
