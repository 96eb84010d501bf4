/* SPDX-License-Identifier: MIT */
#include <machine/msr.h>

#include <lib/guest_access.h>

bool msr_read(uint32_t msr, uint64_t *value)
{
    uint32_t low, high;

    __asm__ volatile goto ("1: rdmsr\n\t"
                           FAULT_FIXUP(1b, %l[fault])
                           : "=a" (low), "=d" (high) : "c" (msr) : : fault);
    *value = (uint64_t)high << 32 | low;
    return true;
fault:
    *value = 0;
    return false;
}

bool msr_write(uint32_t msr, uint64_t value)
{
    __asm__ volatile goto ("1: wrmsr\n\t"
                           FAULT_FIXUP(1b, %l[fault])
                           : : "c" (msr), "a" ((uint32_t)value),
                           "d" ((uint32_t)(value >> 32))
                           : "memory" : fault);
    return true;
fault:
    return false;
}
