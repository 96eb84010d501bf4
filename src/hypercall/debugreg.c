/* SPDX-License-Identifier: MIT */
#include <hypercall/hypercall.h>

#include <hypercall/argument.h>
#include <machine/x86.h>

#define DR6_RESERVED_ZEROS 0x00001000
#define DR7_RESERVED_ONES  0x00000400
#define DR7_RESERVED_ZEROS 0x0000d800
#define DR7_GENERAL_DETECT 0x00002000
#define DR7_IO_BREAKPOINT  2
#define NR_BREAKPOINTS     4

#define WRITE_DR(n) \
    case n: __asm__ volatile ("mov %0, %%dr" #n : : "r" (value)); break
#define READ_DR(n) \
    case n: __asm__ volatile ("mov %%dr" #n ", %0" : "=r" (value)); break

static void write_dr(unsigned reg, uint64_t value)
{
    switch (reg) {
    WRITE_DR(0);
    WRITE_DR(1);
    WRITE_DR(2);
    WRITE_DR(3);
    WRITE_DR(6);
    WRITE_DR(7);
    }
}

/* Each breakpoint's type, from bit 16 on: I/O needs CR4.DE, refused. */
static bool has_io_breakpoint(uint64_t dr7)
{
    for (unsigned i = 0; i < NR_BREAKPOINTS; i++)
        if ((dr7 >> (16 + 4 * i) & 3) == DR7_IO_BREAKPOINT)
            return true;
    return false;
}

HYPERCALL(hypercall_set_debugreg)
{
    uint32_t reg = (uint32_t)a1;

    UNUSED_ARGUMENTS(a3, a4, a5, a6);
    switch (reg) {
    case 0: case 1: case 2: case 3:
        if (!is_guest_address(a2))
            return -XEN_EPERM;
        break;
    case 4: case 6:
        reg = 6;
        if (a2 >> 32)
            return -XEN_EINVAL;
        a2 = (a2 & ~(uint64_t)DR6_RESERVED_ZEROS) | DR6_NONE;
        break;
    case 5: case 7:
        reg = 7;
        if (a2 >> 32)
            return -XEN_EINVAL;
        a2 = (a2 & ~(uint64_t)DR7_RESERVED_ZEROS) | DR7_RESERVED_ONES;
        if ((a2 & DR7_GENERAL_DETECT) || has_io_breakpoint(a2))
            return -XEN_EPERM;
        break;
    default:
        return -XEN_ENODEV;
    }
    write_dr(reg, a2);
    return 0;
}

HYPERCALL(hypercall_get_debugreg)
{
    uint64_t value;

    UNUSED_ARGUMENTS(a2, a3, a4, a5, a6);
    switch ((uint32_t)a1) {
    READ_DR(0);
    READ_DR(1);
    READ_DR(2);
    READ_DR(3);
    case 4:
    READ_DR(6);
    case 5:
    READ_DR(7);
    default:
        return -XEN_ENODEV;
    }
    return (long)value;
}
