/* SPDX-License-Identifier: MIT */
#include <machine/smp.h>

#include <lib/console.h>
#include <lib/spinlock.h>
#include <machine/apic.h>
#include <machine/cpu.h>
#include <machine/interrupt.h>
#include <machine/power.h>
#include <machine/tlb.h>
#include <machine/kvm_clock.h>
#include <machine/tsc_sync.h>
#include <machine/x86.h>

struct smp smp;
uint64_t smp_l4;
void (*smp_run)(void);

static bool stopping;

static void add(uint32_t apic_id, uint32_t acpi_id)
{
    smp.apic_ids[smp.nr_cpus] = apic_id;
    smp.acpi_ids[smp.nr_cpus] = acpi_id;
    smp.nr_cpus++;
}

static void flush_interrupt(unsigned vector)
{
    (void)vector;
    tlb_serve();
}

static void freeze_interrupt(unsigned vector)
{
    (void)vector;
    smp_freeze_if_asked();
}

void spin_wait(void)
{
    tlb_serve();
    smp_freeze_if_asked();
    cpu_relax();
}

void smp_choose(const struct acpi_tables *acpi, unsigned max)
{
    uint32_t own = apic_id_by_cpuid();
    uint32_t own_acpi_id = 0;
    unsigned left_out = 0;

    if (max > NR_CPUS_MAX)
        max = NR_CPUS_MAX;
    for (unsigned i = 0; i < acpi->nr_cpus; i++)
        if (acpi->cpus[i].apic_id == own)
            own_acpi_id = acpi->cpus[i].acpi_id;
    smp.nr_cpus = 0;
    add(own, own_acpi_id);
    for (unsigned i = 0; i < acpi->nr_cpus; i++) {
        if (acpi->cpus[i].apic_id == own)
            continue;
        if (smp.nr_cpus < max)
            add(acpi->cpus[i].apic_id, acpi->cpus[i].acpi_id);
        else
            left_out++;
    }
    if (left_out)
        printk("%u CPUs are left out, %u are used at most\n", left_out, max);
    cpu_set_add(&smp.online, 0);
    interrupt_set(VECTOR_FLUSH, flush_interrupt);
    interrupt_set(VECTOR_FREEZE, freeze_interrupt);
}

void smp_drop_absent(void)
{
    unsigned nr = smp.nr_cpus;

    smp.nr_cpus = 0;
    for (unsigned i = 0; i < nr; i++)
        if (cpu_set_has(&smp.online, i))
            add(smp.apic_ids[i], smp.acpi_ids[i]);
    smp.online = (struct cpu_set){ { 1 } };
}

_Noreturn void smp_cpu_main(void)
{
    struct cpu *cpu = this_cpu();

    cpu_load(cpu);
    kvm_clock_start_cpu();
    apic_init();
    apic_timer_start();
    ipi_note_logical_id();
    cpu_set_add(&smp.online, cpu->id);
    tsc_sync_answer();
    smp_run();
    __builtin_unreachable();
}

void smp_stop_others(void)
{
    if (__atomic_exchange_n(&stopping, true, __ATOMIC_SEQ_CST))
        power_halt();
    for (unsigned i = 0; i < smp.nr_cpus; i++)
        if (i != this_cpu()->id && cpu_set_has(&smp.online, i))
            ipi_send_nmi(i);
}

void smp_stop_if_asked(void)
{
    if (__atomic_load_n(&stopping, __ATOMIC_SEQ_CST))
        power_halt();
}
