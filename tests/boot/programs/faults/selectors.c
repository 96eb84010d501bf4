/* SPDX-License-Identifier: MIT */
/* Loads of segment registers, and what LAR and LSL tell about the GDT. */
#define _GNU_SOURCE
#include "common/fault.h"
#include "faults.h"

/* The GDT's own, then the pages that Xen keeps for itself, then the LDT's. */
static const uint16_t selectors[] = {
    0x0000, 0x0003, 0x0008, 0x0010, 0x0018, 0x001b, 0x0020, 0x0023, 0x0028,
    0x002b, 0x0030, 0x0033, 0x0040, 0x0043, 0x0050, 0x0063, 0x006b, 0x0073,
    0x0078, 0x007b, 0x0083, 0x0ffb, 0x1003, 0xe003, 0xe008, 0xe00b, 0xe010,
    0xe013, 0xe019, 0xe01b, 0xe020, 0xe023, 0xe02b, 0xe030, 0xe033, 0xe03b,
    0xe043, 0xe803, 0xefff, 0xf003, 0xfffb, 0x0004, 0x0007, 0x0017, 0xffff,
};

#define LOAD(segment) \
    static void load_##segment(const void *argument) \
    { \
        uint16_t selector = *(const uint16_t *)argument, readback; \
        expect_fault(0); \
        asm volatile(MARK "mov %1, %%" #segment "\n\tmov %%" #segment ", %0" \
                     : "=r"(readback) : "r"(selector) : "rax", "memory"); \
        observe_here("loaded, reads %#x", readback); \
        _exit(0); \
    }

LOAD(ds)
LOAD(es)
LOAD(gs)
LOAD(ss)

/* FS holds the C library's thread pointer: put it back before printing. */
static void load_fs(const void *argument)
{
    uint16_t selector = *(const uint16_t *)argument, readback;
    uint64_t base;
    asm volatile("mov %%fs:0, %0" : "=r"(base));
    expect_fault(0);
    asm volatile(MARK "mov %2, %%fs\n\tmov %%fs, %0\n\t"
                 "mov $158, %%eax\n\tmov $0x1002, %%edi\n\tmov %1, %%rsi\n\t"
                 "syscall"      /* arch_prctl(ARCH_SET_FS, base) */
                 : "=&b"(readback) : "r"(base), "r"(selector)
                 : "rax", "rdi", "rsi", "rcx", "r11", "memory");
    observe_here("loaded, reads %#x", readback);
    _exit(0);
}

static void pop_ss(void)
{
    expect_fault(0);
    /* POP SS is not an instruction of 64-bit mode. */
    asm volatile(MARK ".byte 0x17" : : : "rax", "memory");
    no_fault();
}

static bool read_rights(unsigned int selector, uint32_t *rights)
{
    bool valid;
    asm("lar %2, %1" : "=@ccz"(valid), "=r"(*rights) : "r"(selector));
    return valid;
}

static bool read_limit(unsigned int selector, uint32_t *limit)
{
    bool valid;
    asm("lsl %2, %1" : "=@ccz"(valid), "=r"(*limit) : "r"(selector));
    return valid;
}

/* All descriptors that user mode can see, by LAR, LSL, VERR and VERW. */
static void list_visible(void)
{
    char text[900] = "";
    size_t used = 0;

    run_on_first_cpu();         /* its number is one segment's limit */
    for (unsigned int selector = 3; selector < 0x10000; selector += 8) {
        uint32_t rights = 0, limit = 0;
        bool readable, writable;
        bool has_rights = read_rights(selector, &rights);
        bool has_limit = read_limit(selector, &limit);
        asm("verr %w1" : "=@ccz"(readable) : "r"(selector));
        asm("verw %w1" : "=@ccz"(writable) : "r"(selector));
        if (!has_rights && !has_limit && !readable && !writable)
            continue;
        if (used + 40 < sizeof(text))
            used += snprintf(text + used, sizeof(text) - used,
                             " %#x:%#x,%#x%s%s", selector, rights, limit,
                             readable ? ",r" : "", writable ? ",w" : "");
    }
    observe_here("%s", used ? text + 1 : "none");
}

/* The same through RPL 0 selectors and the LDT. */
static void list_visible_others(void)
{
    unsigned int with_rpl_0 = 0, in_ldt = 0;
    uint32_t rights;

    for (unsigned int selector = 0; selector < 0x10000; selector += 8) {
        with_rpl_0 += read_rights(selector, &rights);
        in_ldt += read_rights(selector | 7, &rights);
    }
    observe_here("rpl 0: %u, ldt: %u", with_rpl_0, in_ldt);
}

struct segment_register {
    const char *name;
    void (*load)(const void *selector);
};

void check_selector_loads(void)
{
    static const struct segment_register registers[] = {
        { "ds", load_ds }, { "es", load_es }, { "fs", load_fs },
        { "gs", load_gs }, { "ss", load_ss },
    };
    char name[40];

    for (size_t r = 0; r < sizeof(registers) / sizeof(registers[0]); r++)
        for (size_t s = 0; s < sizeof(selectors) / sizeof(selectors[0]); s++) {
            snprintf(name, sizeof(name), "load-%s-0x%04x", registers[r].name,
                     selectors[s]);
            check_with(name, registers[r].load, &selectors[s]);
        }
    check("pop-ss", pop_ss);
    check("visible-descriptors", list_visible);
    check("visible-descriptors-others", list_visible_others);
}
