/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "common/check.h"
#include "bases.h"

#include <sys/auxv.h>
#include <sys/syscall.h>

long set_base(int which, uint64_t base)
{
    return syscall(SYS_arch_prctl, which, base);
}

uint64_t get_base(int which)
{
    uint64_t base = 0;
    syscall(SYS_arch_prctl, which, &base);
    return base;
}

bool has_base_instructions(void)
{
    enum { HWCAP2_FSGSBASE = 1 << 1 };
    return getauxval(AT_HWCAP2) & HWCAP2_FSGSBASE;
}

int main(int argc, char **argv)
{
    check_begin(argc, argv, "bases");
    check_bases();
    check_base_switches();
    check_base_segments();
    return check_end();
}
