/* SPDX-License-Identifier: MIT */
#include <machine/fpu.h>

#include <machine/x86.h>

/*
 * x87, SSE, AVX, MPX, AVX-512 (SDM volume 1, 13.1).  Nobody touches what
 * lies behind without having been told to: protection keys, AMX tiles.
 */
#define SAVED_STATES 0xffu

#define MXCSR_RESET 0x1f80u

void fpu_save(struct fpu_state *state)
{
    const uint32_t mxcsr = MXCSR_RESET;

    state->cr0 = read_cr0();
    __asm__ volatile ("clts");
    if (read_cr4() & CR4_OSXSAVE)
        __asm__ volatile ("xsave64 %0" : "+m" (state->area)
                          : "a" (SAVED_STATES), "d" (0));
    else
        __asm__ volatile ("fxsave64 %0" : "+m" (state->area));
    __asm__ volatile ("fninit; ldmxcsr %0" : : "m" (mxcsr));
}

void fpu_restore(const struct fpu_state *state)
{
    if (read_cr4() & CR4_OSXSAVE)
        __asm__ volatile ("xrstor64 %0" : : "m" (state->area),
                          "a" (SAVED_STATES), "d" (0));
    else
        __asm__ volatile ("fxrstor64 %0" : : "m" (state->area));
    write_cr0(state->cr0);
}
