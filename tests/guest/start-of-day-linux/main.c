/* SPDX-License-Identifier: MIT */
/*
 * start-of-day-linux - the same as start-of-day for a kernel whose notes are
 * Linux's: the p2m at an address of its own (INIT_P2M), the initrd not
 * mapped (MOD_START_PFN)
 */
#define MOD_START_PFN true
#define INIT_P2M      0x8000000000ul

#include "../start-of-day/main.c"
#include "../start-of-day/registers.c"
#include "../start-of-day/start_info.c"
#include "../start-of-day/shared_info.c"
#include "../start-of-day/memory.c"

/* These don't depend on the notes. */
void test_cpu(void)
{
}

void test_cpuid(void)
{
}
