/* SPDX-License-Identifier: MIT */
#ifndef ENTRY_RING3_SELECTOR_H
#define ENTRY_RING3_SELECTOR_H

#include <stdbool.h>
#include <entry/frame.h>

/*
 * A #GP of the kernel: was it a selector that would do in ring 3, where Xen
 * runs kernels?  True: the instruction was done or put right.
 */
bool ring3_selector_fix(struct frame *frame);

#endif
