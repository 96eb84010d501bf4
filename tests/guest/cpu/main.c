/* SPDX-License-Identifier: MIT */
/*
 * cpu - what of the CPU a kernel can reach by itself
 *
 * CPUID by Xen's prefix beside the CPU's own, leaf by leaf: the bits that
 * are missing and those that are more; Xen's own leaves.  Model-specific
 * registers, read and written back.  Instructions that are for ring 0, each
 * with what it does or the exception that it ends by.
 */
#include "cpu.h"

unsigned attempt_vector;
uint64_t attempt_error, attempt_resume;

static bool note(struct trap_frame *frame)
{
    attempt_vector = (unsigned)frame->vector;
    attempt_error = frame->error;
    frame->rip = attempt_resume;
    return true;
}

void print_attempt(const char *name)
{
    if (attempt_vector == NONE)
        print("%s: done", name);
    else
        print("%s: vector %u error %lx", name, attempt_vector,
              attempt_error);
}

void guest_main(void)
{
    on_trap = note;
    test_cpuid();
    test_msrs();
    test_instructions();
}
