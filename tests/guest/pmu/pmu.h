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

/* Lines of what rings 0 and 3 differ in; both end with the name. */
void expect(bool holds, const char *what, const char *name);
void called(long result, const char *what, const char *name);

/* The local APIC's entry; after test_interrupt() only. */
uint32_t lvtpc(void);
#define LVT_MASKED 0x10000              /* SDM volume 3, 10.5.1 */

void test_operations(void);
void test_interrupt(void);
void test_late_stop(void);

#endif
