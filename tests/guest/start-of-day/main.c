/* SPDX-License-Identifier: MIT */
/*
 * start-of-day - what a PV kernel finds when it starts
 *
 * Registers and flags; start_info with its command line and initrd;
 * shared_info; the order of what lies behind the kernel, how far it is
 * mapped and to which frames; p2m and M2P; control registers, EFER, FPU and
 * debug registers; what Xen says of itself and of the CPU.
 *
 * This kernel has its initrd mapped and its p2m behind it. The one of
 * start-of-day-linux asks for both as Linux does.
 */
#include "day.h"

void check(const char *name, bool holds)
{
    print("%s: %s", name, holds ? "yes" : "no");
}

void guest_main(void)
{
    test_registers();
    test_start_info();
    test_shared_info();
    test_memory();
    test_cpu();
    test_cpuid();
}
