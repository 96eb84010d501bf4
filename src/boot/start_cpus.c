/* SPDX-License-Identifier: MIT */
#include <boot/start_cpus.h>

#include <boot/placement.h>
#include <lib/console.h>
#include <lib/panic.h>
#include <lib/string.h>
#include <machine/apic.h>
#include <machine/cpu.h>
#include <machine/paging.h>
#include <machine/smp.h>
#include <machine/time.h>
#include <machine/tsc_sync.h>

#define US 1000ull
#define MS (1000 * US)

#define AFTER_INIT     (10 * MS)
#define AFTER_STARTUP  (200 * US)
#define TIME_FOR_ALL   (1000 * MS)
#define TIME_FOR_EACH  (50 * MS)        /* emulators take turns */

#define TABLE_ENTRIES 512

extern const char ap_trampoline[], ap_trampoline_end[];
extern const uint32_t ap_trampoline_base[2], ap_trampoline_l4[1];

/* Our slots, and the first 2 MiB at their own addresses. */
static uint64_t l4[TABLE_ENTRIES] __attribute__((aligned(PAGE_SIZE)));
static uint64_t l3[TABLE_ENTRIES] __attribute__((aligned(PAGE_SIZE)));
static uint64_t l2[TABLE_ENTRIES] __attribute__((aligned(PAGE_SIZE)));

static void build_tables(void)
{
    l2[0] = PTE_P | PTE_RW | PTE_PS;
    l3[0] = placement_loaded_at(l2) | PTE_P | PTE_RW;
    l4[0] = placement_loaded_at(l3) | PTE_P | PTE_RW;
    paging_install(l4);
}

/* The field of the copy that stands for `field` of the original. */
static uint32_t *in_copy(char *copy, const uint32_t *field)
{
    return (uint32_t *)(copy + ((const char *)field - ap_trampoline));
}

static void place_trampoline(uint64_t page)
{
    char *copy = direct(page);
    uint32_t *base = in_copy(copy, &ap_trampoline_base[0]);

    memcpy(copy, ap_trampoline, (size_t)(ap_trampoline_end - ap_trampoline));
    base[0] += (uint32_t)page;          /* the GDT */
    base[1] += (uint32_t)page;          /* the far jump's target */
    *in_copy(copy, ap_trampoline_l4) = (uint32_t)placement_loaded_at(l4);
}

static void send_to_absent(uint32_t command)
{
    for (unsigned i = 1; i < smp.nr_cpus; i++)
        if (!cpu_set_has(&smp.online, i))
            apic_send(smp.apic_ids[i], command);
}

static unsigned nr_absent(void)
{
    unsigned nr = 0;

    for (unsigned i = 1; i < smp.nr_cpus; i++)
        nr += !cpu_set_has(&smp.online, i);
    return nr;
}

static void wait_for_all(void)
{
    uint64_t end = time_now() + TIME_FOR_ALL + smp.nr_cpus * TIME_FOR_EACH;

    while (nr_absent() && time_now() < end)
        cpu_relax();
}

static void start(uint64_t page)
{
    uint32_t startup = APIC_STARTUP | (uint32_t)(page >> PAGE_SHIFT);

    send_to_absent(APIC_INIT);
    time_delay(AFTER_INIT);
    send_to_absent(startup);
    time_delay(AFTER_STARTUP);
    send_to_absent(startup);    /* only the first one counts */
    wait_for_all();
}

/*
 * Numbers have no gaps, so the others are stopped and get new ones.  Who
 * was asked in vain must not wake up later.
 */
static void drop_absent(void)
{
    send_to_absent(APIC_INIT);
    for (unsigned i = 1; i < smp.nr_cpus; i++)
        if (!cpu_set_has(&smp.online, i))
            printk("The CPU with APIC id %u doesn't start: left out\n",
                   smp.apic_ids[i]);
    smp_drop_absent();
}

void start_cpus(void (*run)(void))
{
    uint64_t began = time_now();
    uint64_t page;

    if (smp.nr_cpus == 1)
        return;
    page = placement_low_page();
    if (!page) {
        printk("No RAM below 1 MiB to start CPUs from: only one is used\n");
        smp.nr_cpus = 1;
        return;
    }
    smp_run = run;
    smp_l4 = paging_l4();
    for (unsigned i = 1; i < smp.nr_cpus; i++)
        cpu_create(i);
    build_tables();
    place_trampoline(page);
    start(page);
    while (nr_absent()) {
        drop_absent();
        start(page);
    }
    ipi_init();
    for (unsigned i = 1; i < smp.nr_cpus; i++)
        tsc_sync_ask(i);
    printk("CPUs: %u, started in %lu ms\n", smp.nr_cpus,
           (uint64_t)((time_now() - began) / MS));
}
