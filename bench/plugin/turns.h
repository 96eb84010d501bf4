/* SPDX-License-Identifier: MIT */
/*
 * Of several vCPUs, which one thread of the emulator executes in turns, what
 * one of them executes.
 */
#ifndef BENCH_TURNS_H
#define BENCH_TURNS_H

#include "api.h"
#include "counts.h"

/* Sees whose turn it is when a block, being translated, is executed. */
void turns_watch(struct qemu_plugin_tb *block);

/* From now on it is this vCPU that counts: the one that executes now. */
void turns_begin(unsigned int vcpu);

/* What the others have executed since, up to that one's present turn. */
const struct counts *turns_of_others(void);

#endif
