/* SPDX-License-Identifier: MIT */
/*
 * traps - how exceptions and events reach the kernel, and how it goes back
 *
 * Exceptions from kernel and user mode, with the upcall mask clear and set,
 * with handlers that mask events and that don't: the words of the frame,
 * the state of the handler.  INT n from user mode.  What 32-bit programs
 * raise.  System calls with and without a callback.  The iret hypercall to
 * user and kernel mode, and to where it can't go.  Upcalls at the end of
 * hypercalls and of iret.  Then what kernels other than Linux do: the iret
 * slot, set_callbacks, the old hypercalls, the kernel's selectors by their
 * names, IRETQ, pages without the user bit; hypercalls by the transfer page.
 * Last, what is user mode's own: segment bases, data selectors, an LDT, I/O
 * ports.  Debug exceptions have a test of their own.
 *
 * Each run ends with its first exception or callback, unless said.
 */
#include "traps.h"

void guest_main(void)
{
    run_init();
    test_exceptions();
    test_compat();
    test_callbacks();
    test_irets();
    test_events();
    test_old_abi();
    test_slots();
    test_user_state();
}
