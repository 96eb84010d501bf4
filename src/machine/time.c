/* SPDX-License-Identifier: MIT */
#include <machine/time.h>

#include <lib/console.h>
#include <machine/cpu_area.h>
#include <machine/features.h>
#include <machine/io.h>
#include <machine/kvm_clock.h>
#include <machine/x86.h>

#define PM_TIMER_HZ 3579545     /* ACPI 6.4, 4.8.3.3 */
#define PIT_HZ      1193182
#define NS_PER_S    1000000000ull

/* A counter that runs at a known rate. */
struct reference {
    const char *name;
    uint32_t hz;
    uint32_t mask;
    uint32_t (*read)(void);     /* counts up */
};

static uint64_t tsc_hz;
static uint64_t tsc_start;
static struct tsc_scale scale;
static uint64_t multiplier;             /* the same, without a branch for */
static uint8_t shift_right;             /* its shift's sign */
static uint16_t pm_timer_port;
static bool by_kvm;             /* it has the time, not the TSC */

/* x * y >> 32 without losing the upper bits. */
static uint64_t multiply_shift32(uint64_t x, uint64_t y)
{
    return (uint64_t)((unsigned __int128)x * y >> 32);
}

static uint32_t pm_timer_read(void)
{
    return inl(pm_timer_port);
}

/* PIT channel 2, mode 0, gate on, speaker off: counts 65536 down, once. */
#define PIT_CHANNEL2   0x42
#define PIT_COMMAND    0x43
#define PIT_GATE       0x61
#define PIT_CH2_MODE0  0xb0
#define PIT_CH2_LATCH  0x80

static void pit_start(void)
{
    outb(PIT_GATE, (inb(PIT_GATE) & ~2) | 1);
    outb(PIT_COMMAND, PIT_CH2_MODE0);
    outb(PIT_CHANNEL2, 0xff);
    outb(PIT_CHANNEL2, 0xff);
}

static uint32_t pit_read(void)
{
    outb(PIT_COMMAND, PIT_CH2_LATCH);

    uint32_t low = inb(PIT_CHANNEL2);

    return 0xffff - (low | (uint32_t)inb(PIT_CHANNEL2) << 8);
}

/* A reading of both clocks, and how long it took: the error's bound. */
struct reading {
    uint64_t tsc;
    uint64_t width;
    uint32_t count;
};

/*
 * The tightest of several: under a hypervisor any single one may have been
 * interrupted for milliseconds.
 */
static struct reading read_both(const struct reference *reference)
{
    struct reading best = { .width = UINT64_MAX };

    for (unsigned i = 0; i < 16; i++) {
        uint64_t before = rdtsc();
        uint32_t count = reference->read();
        uint64_t after = rdtsc();

        if (after - before < best.width)
            best = (struct reading){ before + (after - before) / 2,
                                     after - before, count };
    }
    return best;
}

static uint64_t measure(const struct reference *reference, unsigned ms)
{
    struct reading first = read_both(reference);
    uint32_t wanted = (uint32_t)((uint64_t)reference->hz * ms / 1000);

    while (((reference->read() - first.count) & reference->mask) < wanted)
        cpu_relax();

    struct reading last = read_both(reference);
    uint32_t elapsed = (last.count - first.count) & reference->mask;

    return (last.tsc - first.tsc) * reference->hz / elapsed;
}

/* A PM timer that stands still is none. */
static bool pm_timer_runs(void)
{
    uint32_t first = pm_timer_read();

    for (unsigned i = 0; i < 100000; i++)
        if (pm_timer_read() != first)
            return true;
    return false;
}

static void set_scale(void)
{
    uint64_t hz = tsc_hz;

    scale.shift = 0;
    while (hz > 2 * NS_PER_S) {
        hz >>= 1;
        scale.shift--;
    }
    while (hz <= NS_PER_S) {
        hz <<= 1;
        scale.shift++;
    }
    scale.multiplier = (uint32_t)((NS_PER_S << 32) / hz);
}

static void start_clock(void)
{
    multiplier = (uint64_t)scale.multiplier
                 << (scale.shift > 0 ? scale.shift : 0);
    shift_right = (uint8_t)(scale.shift < 0 ? -scale.shift : 0);
    tsc_start = rdtsc();
}

/* Deadlines in a TSC that isn't stable would be wrong. */
static bool kvm_tells(void)
{
    struct tsc_scale known;
    bool chosen = kvm_clock_is_wanted;

    if (!kvm_clock_find(&known))
        return false;
    time_init_known(known);
    by_kvm = kvm_clock_is_used();
    if (by_kvm) {
        features.tsc_deadline = false;
        printk("Clock: KVM's, %s\n",
               chosen ? "by option" : "since the TSC isn't stable");
    }
    return true;
}

void time_init(const struct acpi_tables *acpi)
{
    struct reference reference = { "PIT", PIT_HZ, 0xffff, pit_read };
    unsigned ms = 50;

    if (kvm_tells())
        return;
    if (acpi->pm_timer.present && !acpi->pm_timer.memory) {
        pm_timer_port = (uint16_t)acpi->pm_timer.address;
        if (pm_timer_runs()) {
            reference = (struct reference){ "ACPI PM timer", PM_TIMER_HZ,
                                            0xffffff, pm_timer_read };
            ms = 100;
        }
    }
    if (reference.read == pit_read)
        pit_start();
    tsc_hz = measure(&reference, ms);
    set_scale();
    start_clock();
    printk("TSC: %lu.%03lu MHz, measured by the %s%s\n", tsc_hz / 1000000,
           tsc_hz / 1000 % 1000, reference.name,
           features.invariant_tsc ? ", invariant" : "");
}

void time_init_known(struct tsc_scale known)
{
    scale = known;
    tsc_hz = (NS_PER_S << 32) / scale.multiplier;
    tsc_hz = scale.shift < 0 ? tsc_hz << -scale.shift
                             : tsc_hz >> scale.shift;
    start_clock();
    printk("TSC: %lu.%03lu MHz, as we are told%s\n", tsc_hz / 1000000,
           tsc_hz / 1000 % 1000, features.invariant_tsc ? ", invariant" : "");
}

uint64_t time_tsc_khz(void)
{
    return tsc_hz / 1000;
}

struct tsc_scale time_tsc_scale(void)
{
    return scale;
}

uint64_t time_tsc_start(void)
{
    return tsc_start;
}

uint64_t time_at(uint64_t tsc)
{
    return multiply_shift32((tsc - tsc_start) >> shift_right, multiplier);
}

uint64_t time_now(void)
{
    if (by_kvm)
        return kvm_clock_now();
    return time_at(rdtsc() - this_cpu()->tsc_offset);
}

uint64_t time_ticks(uint64_t ns)
{
    return ns / NS_PER_S * tsc_hz + ns % NS_PER_S * tsc_hz / NS_PER_S;
}

/* Before the TSC is measured: one port access takes about a microsecond. */
#define UNUSED_PORT 0x80

void time_delay(uint64_t ns)
{
    if (!tsc_hz) {
        for (uint64_t us = 0; us < ns / 1000; us++)
            outb(UNUSED_PORT, 0);
        return;
    }
    for (uint64_t end = time_now() + ns; time_now() < end;)
        cpu_relax();
}
