/* SPDX-License-Identifier: MIT */
#include "common/check.h"
#include "syscalls.h"

int main(int argc, char **argv)
{
    check_begin(argc, argv, "syscalls");
    check_syscall_registers();
    check_syscall_flags();
    check_syscall_borders();
    check_syscall_restart();
    check_interrupted_registers();
    return check_end();
}
