/* SPDX-License-Identifier: MIT */
/*
 * two-vcpus - what one vCPU does to another
 *
 * The first one starts the second, takes it down and up again, looks at its
 * state and sends it events and NMIs.  Then the second sends NMIs to the
 * first, which runs a program, and they wait for each other.  Only the first
 * one prints; it waits for what the second does, so the lines come in one
 * order.
 */
#include "second.h"

void guest_main(void)
{
    test_life();
    test_events();
    test_others_state();
    test_user_nmi();
    test_waits();
}
