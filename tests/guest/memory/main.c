/* SPDX-License-Identifier: MIT */
/*
 * memory - what calls about memory do when they succeed
 *
 * Frames that are given back, asked for and exchanged: how many, and what
 * the machine-to-physical table says of them then.  Page tables of one's
 * own, pinned, loaded and given up; accessed and dirty bits that are kept;
 * pages that are cleared and copied.  Calls with so many requests that Xen
 * does them in parts, and calls that fail in the middle.
 */
#include "memory.h"

void guest_main(void)
{
    traps_install(0);
    test_reservation();
    test_tables();
    test_long_calls();
}
