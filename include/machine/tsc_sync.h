/* SPDX-License-Identifier: MIT */
/*
 * Do all CPUs' TSCs show the same?  They should; where firmware or a reset
 * has set one of them apart, IA32_TSC_ADJUST brings it back (SDM volume 3,
 * 18.17.3), and where that isn't there, time is corrected by what was
 * measured and the kernel is told not to trust the TSC.
 */
#ifndef MACHINE_TSC_SYNC_H
#define MACHINE_TSC_SYNC_H

#include <stdbool.h>
#include <stdint.h>

/* One question and its answer: the first CPU's TSC before and after. */
struct tsc_round {
    uint64_t asked, answer, heard;
};

/*
 * How far the other TSC is ahead, by the quickest of these rounds; 0 when
 * it may be the time the answer took.
 */
int64_t tsc_sync_offset(const struct tsc_round *rounds, unsigned nr);

/* On the first CPU: measure CPU `id`, which runs tsc_sync_answer(). */
void tsc_sync_ask(unsigned id);
void tsc_sync_answer(void);

/* Every CPU's was found to show the same, or was made to. */
bool tsc_sync_is_good(void);

#endif
