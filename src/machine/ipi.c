/* SPDX-License-Identifier: MIT */
#include <machine/smp.h>

#include <machine/apic.h>
#include <machine/cpu_area.h>

/* SDM volume 3, 11.6.2: what one write to the ICR can reach. */
static enum {
    FLAT,                       /* xAPIC, up to 8 CPUs: any set of them */
    PHYSICAL,                   /* xAPIC, others: one, or all others */
    CLUSTER,                    /* x2APIC: any set of 16 neighbours, or all */
} mode;

/*
 * QEMU looks for logical destinations from APIC id 0 up, and stops where
 * the first one is missing (hw/intc/apic.c): what lies behind gets nothing.
 */
static bool ids_have_gaps(void)
{
    for (unsigned cpu = 0; cpu < smp.nr_cpus; cpu++)
        if (smp.apic_ids[cpu] >= smp.nr_cpus)
            return true;
    return false;
}

void ipi_note_logical_id(void)
{
    if (apic_is_x2apic())
        smp.logical_ids[this_cpu()->id] = apic_x2apic_logical();
}

void ipi_init(void)
{
    ipi_note_logical_id();
    if (apic_is_x2apic())
        mode = CLUSTER;
    else if (smp.nr_cpus > APIC_FLAT_CPUS || ids_have_gaps())
        mode = PHYSICAL;
    else
        mode = FLAT;
}

static unsigned count(const struct cpu_set *set)
{
    unsigned n = 0;

    for_each_cpu_in(set, cpu)
        n++;
    return n;
}

static void send_flat(const struct cpu_set *targets, unsigned vector)
{
    apic_send((uint32_t)targets->words[0], APIC_LOGICAL | vector);
}

/* CPUs' numbers follow their APIC ids, so neighbours come one by one. */
static void send_clusters(const struct cpu_set *targets, unsigned vector)
{
    uint32_t pending = 0;       /* logical id: cluster << 16 | members */

    for_each_cpu_in(targets, cpu) {
        uint32_t id = smp.logical_ids[cpu];

        if (pending && (pending ^ id) >> 16) {
            apic_send(pending, APIC_LOGICAL | vector);
            pending = 0;
        }
        pending |= id;
    }
    if (pending)
        apic_send(pending, APIC_LOGICAL | vector);
}

/* CPUs that are not meant find nothing to do. */
static bool all_others_will_do(unsigned nr)
{
    return nr + 1 >= smp.nr_cpus || (mode == PHYSICAL && nr > 1);
}

void ipi_send(const struct cpu_set *targets, unsigned vector)
{
    unsigned nr = count(targets);

    if (!nr)
        return;
    if (mode == FLAT)
        send_flat(targets, vector);
    else if (all_others_will_do(nr))
        apic_send(0, APIC_ALL_BUT_SELF | vector);
    else if (mode == CLUSTER)
        send_clusters(targets, vector);
    else
        ipi_send_one(cpu_set_next(targets, 0), vector);
}

void ipi_send_one(unsigned cpu, unsigned vector)
{
    apic_send(smp.apic_ids[cpu], vector);
}

void ipi_send_nmi(unsigned cpu)
{
    apic_send(smp.apic_ids[cpu], APIC_NMI);
}
