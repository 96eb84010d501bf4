/* SPDX-License-Identifier: MIT */
/* The first vCPU's state, and the jump into the kernel. */
#ifndef GUEST_START_H
#define GUEST_START_H

#include <stdint.h>
#include <entry/frame.h>

struct guest_start {
    uint64_t l4;                /* machine address, for CR3 */
    uint64_t rip;               /* virtual: the ENTRY note */
    uint64_t rsp;
    uint64_t rsi;               /* virtual address of start_info */
};

/*
 * Take boot's part of the image out of our address space, where it is RAM
 * of the kernel's from now on, and enter the kernel.  Needs IF clear.
 */
_Noreturn void guest_start(const struct guest_start *start);

/*
 * guest_enter.S: load the registers from this frame, which lies in our memory,
 * and go.  Its selectors and flags are taken as they are.
 */
_Noreturn void guest_enter(const struct frame *frame);

#endif
