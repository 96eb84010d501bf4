/* SPDX-License-Identifier: MIT */
#include "cpu.h"

#include <xen/arch-x86/cpuid.h>

#define BASIC    0
#define EXTENDED 0x80000000
#define XENS     XEN_CPUID_FIRST_LEAF

struct leaf {
    uint32_t reg[4];
};

static const char *const names[4] = { "EAX", "EBX", "ECX", "EDX" };

static struct leaf forced(uint32_t leaf, uint32_t subleaf)
{
    struct leaf r;

    __asm__ volatile ("ud2; .ascii \"xen\"; cpuid"
                      : "=a" (r.reg[0]), "=b" (r.reg[1]), "=c" (r.reg[2]),
                        "=d" (r.reg[3]) : "a" (leaf), "c" (subleaf));
    return r;
}

static struct leaf native(uint32_t leaf, uint32_t subleaf)
{
    struct leaf r;

    __asm__ volatile ("cpuid"
                      : "=a" (r.reg[0]), "=b" (r.reg[1]), "=c" (r.reg[2]),
                        "=d" (r.reg[3]) : "a" (leaf), "c" (subleaf));
    return r;
}

/* How many subleaves are looked at. */
static uint32_t subleaves(uint32_t leaf)
{
    switch (leaf) {
    case 4:
    case 0x8000001d:
        return 4;
    case 7:
    case 0xb:
        return 2;
    case 0xd:
        return 10;
    default:
        return 1;
    }
}

/* One line, whether they are equal or not. */
static void compare(uint32_t leaf, uint32_t subleaf)
{
    struct leaf theirs = forced(leaf, subleaf), own = native(leaf, subleaf);
    bool equal = true;

    for (unsigned i = 0; i < 4; i++) {
        uint32_t less = own.reg[i] & ~theirs.reg[i];
        uint32_t more = theirs.reg[i] & ~own.reg[i];

        equal &= !(less | more);
        if (less)
            print("CPUID %x.%x %s, less: %x", leaf, subleaf, names[i], less);
        if (more)
            print("CPUID %x.%x %s, more: %x", leaf, subleaf, names[i], more);
    }
    print("CPUID %x.%x is the CPU's own: %s", leaf, subleaf,
          equal ? "yes" : "no");
}

static void compare_from(uint32_t first)
{
    uint32_t last = native(first, 0).reg[0];

    for (uint32_t leaf = first; leaf <= last; leaf++)
        for (uint32_t sub = 0; sub < subleaves(leaf); sub++)
            compare(leaf, sub);
}

static void print_leaf(uint32_t leaf, uint32_t subleaf)
{
    struct leaf r = forced(leaf, subleaf);

    for (unsigned i = 0; i < 4; i++)
        print("CPUID %x.%x %s: %x", leaf, subleaf, names[i], r.reg[i]);
}

static void test_xens(void)
{
    struct leaf time = forced(XENS + 3, 0);

    print_leaf(XENS, 0);
    print_leaf(XENS + 2, 0);
    print("CPUID %x.0, RDTSC emulated: %u", XENS + 3, time.reg[0] & 1);
    print("CPUID %x.0, TSC is reliable: %u", XENS + 3,
          time.reg[0] >> 1 & 1);
    print("CPUID %x.0, TSC mode: %u", XENS + 3, time.reg[1]);
    print("CPUID %x.0, TSC's rate: %s", XENS + 3,
          time.reg[2] ? "told" : "none");
    print("CPUID %x.2, CPU's rate: %s", XENS + 3,
          forced(XENS + 3, 2).reg[0] ? "told" : "none");
    print_leaf(XENS + 4, 0);
    print_leaf(XENS + 5, 0);
}

void test_cpuid(void)
{
    compare_from(BASIC);
    compare_from(EXTENDED);
    test_xens();
    print_leaf(0x1000, 0);
    print_leaf(XENS + 0x1000, 0);
    print_leaf(EXTENDED + 0x1000, 0);
}
