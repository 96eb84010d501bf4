/* SPDX-License-Identifier: MIT */
#include "guest.h"

#include <xen/sched.h>

#define TRAP_STUB_SIZE 16
#define NR_EXCEPTIONS 32
#define NR_TRAPS (NR_EXCEPTIONS + 1)
#define SYSTEM_CALL 0x80                /* the usual INT of 32-bit programs */

extern const char trap_stubs[];
void trap(struct trap_frame *frame);

trap_handler *on_trap;
uint64_t trap_rflags;

uint64_t trap_stub(unsigned vector)
{
    return (uint64_t)trap_stubs + vector * TRAP_STUB_SIZE;
}

void traps_install(unsigned flags)
{
    static trap_info_t table[NR_TRAPS + 1];

    for (unsigned i = 0; i < NR_TRAPS; i++) {
        unsigned vector = i < NR_EXCEPTIONS ? i : SYSTEM_CALL;

        table[i] = (trap_info_t){
            .vector = (uint8_t)vector, .flags = (uint8_t)flags,
            .cs = FLAT_KERNEL_CS, .address = trap_stub(vector),
        };
    }
    CALL(set_trap_table, table);
}

/* Called by the stubs. */
void trap(struct trap_frame *frame)
{
    if (on_trap && on_trap(frame))
        return;
    print("UNEXPECTED exception %lu, error %lx, at %lx:%lx, rsp %lx",
          frame->vector, frame->error, frame->cs, frame->rip, frame->rsp);
    shut_down(SHUTDOWN_reboot);
}
