/* SPDX-License-Identifier: MIT */
/*
 * System time: nanoseconds since the TSC was calibrated, from the TSC, or
 * from KVM's clock.  The kernel computes the same from vcpu_time_info
 * (public/xen.h).
 */
#ifndef MACHINE_TIME_H
#define MACHINE_TIME_H

#include <stdint.h>
#include <machine/acpi.h>

/* ns = (ticks << shift, or >> -shift) * multiplier >> 32 */
struct tsc_scale {
    uint32_t multiplier;
    int8_t shift;
};

/*
 * Learn the TSC's rate: from KVM, or against the ACPI PM timer, or the PIT
 * where there is none.  Starts system time at 0, but for KVM's clock.
 */
void time_init(const struct acpi_tables *acpi);

/* The same where somebody knows how fast it runs. */
void time_init_known(struct tsc_scale scale);

uint64_t time_tsc_khz(void);
struct tsc_scale time_tsc_scale(void);
uint64_t time_tsc_start(void);          /* TSC at system time 0 */

/* System time now; and at a TSC value, where the TSC is the clock. */
uint64_t time_now(void);
uint64_t time_at(uint64_t tsc);

/* TSC ticks in this many ns. */
uint64_t time_ticks(uint64_t ns);

/* Spin; usable from the first instruction of main() on. */
void time_delay(uint64_t ns);

/* Seconds since 1970 by the RTC, read when it isn't being updated. */
uint64_t rtc_read(void);

#endif
