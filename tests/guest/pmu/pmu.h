/* SPDX-License-Identifier: MIT */
#ifndef PMU_H
#define PMU_H

#include "run/run.h"

#include <xen/pmu.h>

/* The page of the vCPU that runs. */
extern struct xen_pmu_data *pmu_page;

/* XENPMU_init of a vCPU with a frame; and finish. */
long pmu_init(uint32_t vcpu, uint64_t mfn);
long pmu_finish(uint32_t vcpu);

void test_operations(void);
void test_interrupt(void);

#endif
