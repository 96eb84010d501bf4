/* SPDX-License-Identifier: MIT */
/* Every hypercall number, with all arguments 0 and all of them wild. */
#include "errors.h"

#define NR_NUMBERS 64

static void try_one(unsigned long number)
{
    report_sign(hypercall(number, 0, 0, 0, 0, 0), "hypercall %lu, zeros",
                number);
    report_sign(hypercall(number, WILD, WILD, WILD, WILD, WILD),
                "hypercall %lu, wild", number);
}

void try_numbers(void)
{
    static const unsigned long beyond[] = {
        64, 100, 1000, 0x7fffffff, 0x80000000, 0xffffffff,
        0x100000000 + __HYPERVISOR_xen_version, ~0ul,
    };

    /* Iret has no result. */
    for (unsigned long number = 0; number < NR_NUMBERS; number++)
        if (number != __HYPERVISOR_iret)
            try_one(number);
    for (unsigned i = 0; i < sizeof beyond / sizeof *beyond; i++)
        try_one(beyond[i]);
    report_sign(hypercall_by_page(__HYPERVISOR_xen_version, 0, 0, 0, 0, 0),
                "hypercall page, xen_version");
    report_sign(hypercall_by_page(63, 0, 0, 0, 0, 0), "hypercall page, 63");

    /* Undo what was no error. */
    traps_install(0);
    CALL(fpu_taskswitch, 0);
}
