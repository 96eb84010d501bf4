/* SPDX-License-Identifier: MIT */
/*
 * debug - breakpoints, watchpoints and single steps
 *
 * In kernel and in user mode: the frame of each debug exception, what DR6
 * says then, and where it goes on behind the handler.  Steps over system
 * calls and hypercalls, and watchpoints on what hypercalls are given.  The
 * registers by hypercall and by the kernel's own MOV.
 */
#include "debug.h"

void guest_main(void)
{
    run_init();
    test_breakpoints();
    test_watchpoints();
    test_steps();
    test_registers();
}
