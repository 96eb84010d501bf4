/* SPDX-License-Identifier: MIT */
#include <guest/start.h>

#include <machine/paging.h>

extern const char image_start[], resident_start[], resident_end[],
    image_end[];

static void unmap(const char *from, const char *to)
{
    paging_unmap((uint64_t)from, (uint64_t)(to - from));
}

_Noreturn void guest_start(const struct guest_start *start)
{
    struct guest_start copy = *start;   /* it lies in what goes now */

    unmap(image_start, resident_start);
    unmap(resident_end, image_end);
    guest_enter(&copy);
}
