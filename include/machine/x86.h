/* SPDX-License-Identifier: MIT */
/* The architecture: bits of registers and the instructions C lacks. */
#ifndef MACHINE_X86_H
#define MACHINE_X86_H

/* RFLAGS, SDM volume 1, 3.4.3 */
#define RFLAGS_FIXED 0x00000002
#define RFLAGS_TF    0x00000100
#define RFLAGS_IF    0x00000200
#define RFLAGS_DF    0x00000400
#define RFLAGS_IOPL  0x00003000
#define RFLAGS_NT    0x00004000
#define RFLAGS_RF    0x00010000
#define RFLAGS_VM    0x00020000
#define RFLAGS_AC    0x00040000
#define RFLAGS_VIF   0x00080000
#define RFLAGS_VIP   0x00100000

/* DR6: no reason at all; a single step. SDM volume 3, 17.2.3 */
#define DR6_NONE 0xffff0ff0
#define DR6_BS   0x00004000

/* Control registers, SDM volume 3, 2.5 */
#define CR0_PE 0x00000001
#define CR0_MP 0x00000002
#define CR0_TS 0x00000008
#define CR0_ET 0x00000010
#define CR0_NE 0x00000020
#define CR0_WP 0x00010000
#define CR0_AM 0x00040000
#define CR0_PG 0x80000000

#define CR4_DE         0x00000008
#define CR4_PAE        0x00000020
#define CR4_MCE        0x00000040
#define CR4_PGE        0x00000080
#define CR4_OSFXSR     0x00000200
#define CR4_OSXMMEXCPT 0x00000400
#define CR4_FSGSBASE   0x00010000
#define CR4_PCIDE      0x00020000
#define CR4_OSXSAVE    0x00040000
#define CR4_PKE        0x00400000
#define CR4_CET        0x00800000

/* MSRs, SDM volume 4 */
#define MSR_APIC_BASE     0x0000001b
#define MSR_TSC_ADJUST    0x0000003b
#define MSR_BIOS_SIGN_ID  0x0000008b    /* the microcode's revision */
#define MSR_SYSENTER_CS   0x00000174
#define MSR_SYSENTER_ESP  0x00000175
#define MSR_SYSENTER_EIP  0x00000176
#define MSR_PAT           0x00000277
#define MSR_TSC_DEADLINE  0x000006e0
#define MSR_EFER          0xc0000080
#define MSR_STAR          0xc0000081
#define MSR_LSTAR         0xc0000082
#define MSR_CSTAR         0xc0000083
#define MSR_FMASK         0xc0000084
#define MSR_FS_BASE       0xc0000100
#define MSR_GS_BASE       0xc0000101
#define MSR_KERNEL_GS     0xc0000102

#define EFER_SCE 0x00000001
#define EFER_LME 0x00000100
#define EFER_NXE 0x00000800

/* Exception vectors, SDM volume 3, 6.3.1 */
#define VECTOR_DE  0
#define VECTOR_DB  1
#define VECTOR_NMI 2
#define VECTOR_BP  3
#define VECTOR_OF  4
#define VECTOR_BR  5
#define VECTOR_UD  6
#define VECTOR_NM  7
#define VECTOR_DF  8
#define VECTOR_TS  10
#define VECTOR_NP  11
#define VECTOR_SS  12
#define VECTOR_GP  13
#define VECTOR_PF  14
#define VECTOR_MF  16
#define VECTOR_AC  17
#define VECTOR_MC  18
#define VECTOR_XM  19
#define VECTOR_CP  21
#define VECTOR_INT80 0x80               /* no exception, but like one */
#define NR_EXCEPTIONS 32

/* Page-table entries, SDM volume 3, 4.5 */
#define PTE_P   0x001
#define PTE_RW  0x002
#define PTE_US  0x004
#define PTE_PWT 0x008
#define PTE_PCD 0x010
#define PTE_A   0x020
#define PTE_D   0x040
#define PTE_PS  0x080
#define PTE_G   0x100
#define PTE_NX  (1ull << 63)
#define PTE_FRAME 0x000ffffffffff000

#ifndef __ASSEMBLER__

#include <stdbool.h>
#include <stdint.h>

struct cpuid_leaf {
    uint32_t eax, ebx, ecx, edx;
};

static inline struct cpuid_leaf cpuid(uint32_t leaf, uint32_t subleaf)
{
    struct cpuid_leaf r;

    __asm__ volatile ("cpuid"
                      : "=a" (r.eax), "=b" (r.ebx), "=c" (r.ecx), "=d" (r.edx)
                      : "a" (leaf), "c" (subleaf));
    return r;
}

/* Zeros above the highest leaf, where hardware repeats another one. */
static inline struct cpuid_leaf cpuid_or_zeros(uint32_t leaf,
                                               uint32_t subleaf)
{
    if (leaf > cpuid(leaf & 0x80000000, 0).eax)
        return (struct cpuid_leaf){ 0 };
    return cpuid(leaf, subleaf);
}

static inline uint64_t rdmsr(uint32_t msr)
{
    uint32_t low, high;

    __asm__ volatile ("rdmsr" : "=a" (low), "=d" (high) : "c" (msr));
    return (uint64_t)high << 32 | low;
}

static inline void wrmsr(uint32_t msr, uint64_t value)
{
    __asm__ volatile ("wrmsr" : : "c" (msr), "a" ((uint32_t)value),
                      "d" ((uint32_t)(value >> 32)) : "memory");
}

static inline uint64_t rdtsc(void)
{
    uint32_t low, high;

    __asm__ volatile ("lfence; rdtsc" : "=a" (low), "=d" (high) : : "memory");
    return (uint64_t)high << 32 | low;
}

#define READ_REGISTER(name)                                             \
    static inline uint64_t read_##name(void)                            \
    {                                                                   \
        uint64_t value;                                                 \
                                                                        \
        __asm__ volatile ("mov %%" #name ", %0" : "=r" (value));        \
        return value;                                                   \
    }

#define WRITE_REGISTER(name)                                            \
    static inline void write_##name(uint64_t value)                     \
    {                                                                   \
        __asm__ volatile ("mov %0, %%" #name : : "r" (value) : "memory"); \
    }

READ_REGISTER(cr0)
READ_REGISTER(cr2)
READ_REGISTER(dr6)
WRITE_REGISTER(dr6)
READ_REGISTER(cr3)
READ_REGISTER(cr4)
WRITE_REGISTER(cr0)
WRITE_REGISTER(cr3)
WRITE_REGISTER(cr4)

static inline uint64_t read_flags(void)
{
    uint64_t flags;

    __asm__ volatile ("pushfq; pop %0" : "=r" (flags));
    return flags;
}

static inline void invlpg(uint64_t address)
{
    __asm__ volatile ("invlpg (%0)" : : "r" (address) : "memory");
}

static inline void cpu_relax(void)
{
    __asm__ volatile ("pause" : : : "memory");
}

/*
 * entry/halt.S: wait for one interrupt; call with IF clear, returns with IF
 * clear.
 */
void halt_once(void);

#endif
#endif
