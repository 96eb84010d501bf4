/* SPDX-License-Identifier: MIT */
#include <machine/apic.h>

#include <lib/console.h>
#include <lib/panic.h>
#include <machine/cpu_area.h>
#include <machine/features.h>
#include <machine/interrupt.h>
#include <machine/paging.h>
#include <machine/time.h>
#include <machine/timer.h>
#include <machine/tsc_deadline.h>
#include <machine/x86.h>

/* Register offsets of the MMIO page; x2APIC's MSR is 0x800 + offset / 16. */
#define APIC_ID        0x020
#define APIC_TPR       0x080
#define APIC_EOI       0x0b0
#define APIC_LDR       0x0d0
#define APIC_DFR       0x0e0
#define APIC_SVR       0x0f0
#define APIC_ISR       0x100            /* 8 registers of 32 vectors */
#define APIC_IRR       0x200
#define APIC_ESR       0x280
#define APIC_ICR       0x300
#define APIC_ICR_HIGH  0x310
#define APIC_LVT_TIMER 0x320
#define APIC_LVT_PERF  0x340
#define APIC_LVT_LINT0 0x350
#define APIC_LVT_LINT1 0x360
#define APIC_LVT_ERROR 0x370
#define APIC_TIMER_INITIAL 0x380
#define APIC_TIMER_CURRENT 0x390
#define APIC_TIMER_DIVIDE  0x3e0

#define SVR_ENABLE         0x100
#define LVT_NMI            0x400
#define LVT_MASKED         0x10000
#define LVT_TSC_DEADLINE   0x40000
#define TIMER_DIVIDE_BY_1  0xb
#define ICR_SHORTHAND      0xc0000      /* instead of a destination */
#define ICR_SELF           0x40000
#define ICR_PENDING        0x1000

#define APIC_BASE_ENABLE 0x800
#define APIC_BASE_X2APIC 0x400
#define APIC_BASE_ADDRESS 0x000ffffffffff000
#define X2APIC_MSRS      0x800

#define CPUID_TOPOLOGY   0xb

static volatile uint8_t *registers;     /* NULL: x2APIC */
static bool timer_is_used;
static uint64_t timer_hz;               /* 0: TSC deadline mode */
static uint64_t timer_scale;            /* ticks in 2^32 ns */
static uint64_t timer_longest;          /* ns that its 32 bits count */

static uint32_t apic_read(unsigned offset)
{
    if (!registers)
        return (uint32_t)rdmsr(X2APIC_MSRS + offset / 16);
    return *(volatile uint32_t *)(registers + offset);
}

static void apic_write(unsigned offset, uint32_t value)
{
    if (!registers)
        wrmsr(X2APIC_MSRS + offset / 16, value);
    else
        *(volatile uint32_t *)(registers + offset) = value;
}

/* QEMU 7.2 shows no x2APIC; others may drop the bit: look at what stayed. */
static bool enable_x2apic(void)
{
    if (!features.x2apic)
        return false;
    wrmsr(MSR_APIC_BASE, rdmsr(MSR_APIC_BASE) | APIC_BASE_ENABLE
                         | APIC_BASE_X2APIC);
    return rdmsr(MSR_APIC_BASE) & APIC_BASE_X2APIC;
}

void apic_init(void)
{
    uint64_t base = rdmsr(MSR_APIC_BASE);
    unsigned cpu = this_cpu()->id;

    wrmsr(MSR_APIC_BASE, base | APIC_BASE_ENABLE);
    if (!registers && !enable_x2apic())
        registers = paging_map_device(base & APIC_BASE_ADDRESS, PAGE_SIZE);

    if (registers) {
        apic_write(APIC_DFR, 0xffffffff);       /* flat model */
        apic_write(APIC_LDR, cpu < APIC_FLAT_CPUS ? 1u << (24 + cpu) : 0);
    }
    apic_write(APIC_TPR, 0);
    apic_write(APIC_LVT_TIMER, LVT_MASKED);
    apic_write(APIC_LVT_PERF, LVT_MASKED);
    apic_write(APIC_LVT_LINT0, LVT_MASKED);     /* the 8259s are masked */
    apic_write(APIC_LVT_LINT1, LVT_NMI);
    apic_write(APIC_LVT_ERROR, VECTOR_APIC_ERROR);
    apic_write(APIC_ESR, 0);
    apic_write(APIC_SVR, SVR_ENABLE | VECTOR_SPURIOUS);
    if (!cpu)
        printk("APIC: %s, id %u\n", registers ? "xAPIC" : "x2APIC",
               apic_id());
}

bool apic_is_x2apic(void)
{
    return !registers;
}

/* As ap_entry.S reads it: x2APIC's id where CPUID has it. */
uint32_t apic_id_by_cpuid(void)
{
    struct cpuid_leaf leaf = cpuid_or_zeros(CPUID_TOPOLOGY, 0);

    return leaf.ebx ? leaf.edx : cpuid(1, 0).ebx >> 24;
}

void apic_eoi(void)
{
    apic_write(APIC_EOI, 0);
}

static bool has_bit(unsigned registers_offset, unsigned vector)
{
    return apic_read(registers_offset + vector / 32 * 16) >> vector % 32 & 1;
}

bool apic_in_service(unsigned vector)
{
    return has_bit(APIC_ISR, vector);
}

bool apic_is_requested(unsigned vector)
{
    return has_bit(APIC_IRR, vector);
}

uint32_t apic_id(void)
{
    return registers ? apic_read(APIC_ID) >> 24 : apic_read(APIC_ID);
}

uint32_t apic_x2apic_logical(void)
{
    return apic_read(APIC_LDR);
}

void apic_send(uint32_t destination, uint32_t command)
{
    if (!registers) {
        /* Unlike an MMIO write, it may overtake what is sent word of. */
        __asm__ volatile ("mfence; lfence" : : : "memory");
        wrmsr(X2APIC_MSRS + APIC_ICR / 16,
              (uint64_t)destination << 32 | command);
        return;
    }
    while (apic_read(APIC_ICR) & ICR_PENDING)
        cpu_relax();
    /* An NMI may come in between, and send itself an interrupt. */
    if (!(command & ICR_SHORTHAND))
        apic_write(APIC_ICR_HIGH, destination << 24);
    apic_write(APIC_ICR, command);
}

void apic_send_self(unsigned vector)
{
    apic_send(0, ICR_SELF | vector);
}

void apic_set_pmi(bool on)
{
    apic_write(APIC_LVT_PERF, VECTOR_PMI | (on ? 0 : LVT_MASKED));
}

static void set_deadline(uint64_t deadline)
{
    wrmsr(MSR_TSC_DEADLINE, time_ticks(deadline) + time_tsc_start()
                            + this_cpu()->tsc_offset);
}

/* Rounded up: 0 would stop it.  If it fires early it is set again. */
static void set_count(uint64_t deadline)
{
    uint64_t now = time_now();
    uint64_t left = deadline - now;

    if (left > timer_longest)           /* or past */
        left = deadline < now ? 0 : timer_longest;
    apic_write(APIC_TIMER_INITIAL,
               (uint32_t)(left * timer_scale >> 32) + 1);
}

static bool deadlines_work(void)
{
    uint32_t revision = tsc_deadline_lacks();

    if (revision == UINT32_MAX)
        printk("APIC timer: TSC deadline has an erratum on this CPU\n");
    else if (revision)
        printk("APIC timer: TSC deadline has an erratum; microcode 0x%x or "
               "later mends it\n", revision);
    return !revision;
}

#define MEASURE_NS 20000000

void apic_timer_init(void)
{
    timer_is_used = true;
    if (features.tsc_deadline && deadlines_work()) {
        timer_use(set_deadline);
        printk("APIC timer: TSC deadline\n");
        apic_timer_start();
        return;
    }
    apic_write(APIC_TIMER_DIVIDE, TIMER_DIVIDE_BY_1);
    apic_write(APIC_TIMER_INITIAL, 0xffffffff);

    uint64_t start = time_now();
    uint32_t first = apic_read(APIC_TIMER_CURRENT);

    time_delay(MEASURE_NS);

    uint32_t ticks = first - apic_read(APIC_TIMER_CURRENT);
    uint64_t elapsed = time_now() - start;

    if (!ticks)
        panic("the APIC's timer stands still");
    timer_hz = ticks * 1000000000ull / elapsed;
    timer_scale = ((uint64_t)ticks << 32) / elapsed;
    timer_longest = ((uint64_t)UINT32_MAX << 32) / timer_scale - 1;
    timer_use(set_count);
    printk("APIC timer: %lu.%03lu MHz\n", timer_hz / 1000000,
           timer_hz / 1000 % 1000);
    apic_timer_start();
}

void apic_timer_start(void)
{
    if (!timer_is_used)
        return;
    if (!timer_hz) {
        apic_write(APIC_LVT_TIMER, LVT_TSC_DEADLINE | VECTOR_TIMER);
        /* Or the first deadline could come before it: SDM 11.5.4.1. */
        __asm__ volatile ("mfence" : : : "memory");
        return;
    }
    apic_write(APIC_TIMER_DIVIDE, TIMER_DIVIDE_BY_1);
    apic_write(APIC_TIMER_INITIAL, 0);
    apic_write(APIC_LVT_TIMER, VECTOR_TIMER);
}
