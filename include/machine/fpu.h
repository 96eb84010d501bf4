/* SPDX-License-Identifier: MIT */
/*
 * The guest's FPU and vector registers, out of the way of code that is
 * neither its nor ours (we use none of them).
 */
#ifndef MACHINE_FPU_H
#define MACHINE_FPU_H

#include <stdint.h>

#include <machine/layout.h>

/* SDM volume 1, 13.4: all states up to AVX-512 fit. */
#define FPU_AREA_SIZE PAGE_SIZE

struct fpu_state {
    uint8_t area[FPU_AREA_SIZE] __attribute__((aligned(64)));
    uint64_t cr0;
};

/* What is saved must be zero before the first time. Leaves a reset FPU. */
void fpu_save(struct fpu_state *state);
void fpu_restore(const struct fpu_state *state);

#endif
