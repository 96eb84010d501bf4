/* SPDX-License-Identifier: MIT */
#include <guest/start.h>

#include <machine/descriptor.h>
#include <machine/paging.h>
#include <machine/x86.h>

extern const char image_start[], resident_start[], resident_end[],
    image_end[];

static void unmap(const char *from, const char *to)
{
    paging_unmap((uint64_t)from, (uint64_t)(to - from));
}

_Noreturn void guest_start(const struct guest_start *start)
{
    /* A copy: what it points to goes now. */
    const struct frame frame = {
        .rsi = start->rsi,
        .rip = start->rip,
        .cs = RING0_CS,
        .rflags = RFLAGS_FIXED | RFLAGS_IF,
        .rsp = start->rsp,
        .ss = RING0_SS,
    };

    write_cr3(start->l4);
    unmap(image_start, resident_start);
    unmap(resident_end, image_end);
    guest_enter(&frame);
}
