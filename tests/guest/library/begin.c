/* SPDX-License-Identifier: MIT */
#include "guest.h"

#include <xen/sched.h>

#define SHARED_INFO_VIRTUAL (SCRATCH_VIRTUAL + 0x10000000)

const struct start_info *start_info;
struct shared_info *shared_info;

void guest_begin(const struct start_info *info);

/* Called by guest_start. */
void guest_begin(const struct start_info *info)
{
    start_info = info;
    print("guest test begins");
    traps_install(0);
    page_map(SHARED_INFO_VIRTUAL, info->shared_info | PTE_P | PTE_RW | PTE_A
                                  | PTE_D);
    shared_info = (struct shared_info *)SHARED_INFO_VIRTUAL;
    guest_main();
    print("guest test ends");
    shut_down(SHUTDOWN_reboot);
}

_Noreturn void shut_down(unsigned reason)
{
    struct sched_shutdown shutdown = { .reason = reason };

    CALL(sched_op, SCHEDOP_shutdown, &shutdown);
    for (;;)
        __asm__ volatile ("ud2");
}
