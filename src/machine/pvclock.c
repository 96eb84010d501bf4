/* SPDX-License-Identifier: MIT */
#include <machine/pvclock.h>

#include <machine/x86.h>

static void barrier(void)
{
    __asm__ volatile ("" : : : "memory");
}

/* An odd version, or one that changes: it's being written. */
struct vcpu_time_info pvclock_read(const volatile struct vcpu_time_info *time)
{
    struct vcpu_time_info copy;

    do {
        while (time->version & 1)
            cpu_relax();
        barrier();
        copy = *time;
        barrier();
    } while ((copy.version & 1) || copy.version != time->version);
    return copy;
}

/* The TSC is read while the rest holds, so the version is looked at last. */
uint64_t pvclock_now(const volatile struct vcpu_time_info *time)
{
    struct vcpu_time_info copy;
    uint64_t ticks;

    do {
        copy = pvclock_read(time);
        ticks = rdtsc() - copy.tsc_timestamp;
        barrier();
    } while (copy.version != time->version);
    if ((int64_t)ticks < 0)             /* another CPU's, a little ahead */
        ticks = 0;
    ticks = copy.tsc_shift < 0 ? ticks >> -copy.tsc_shift
                               : ticks << copy.tsc_shift;
    return copy.system_time
           + (uint64_t)((unsigned __int128)ticks * copy.tsc_to_system_mul
                        >> 32);
}
