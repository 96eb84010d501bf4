/* SPDX-License-Identifier: MIT */
/* Physical interrupts on their way to the kernel, and its EOIs back. */
#include "pirq_table.h"

#include <xen/errno.h>

#include <guest/domain.h>
#include <hypercall/console_input.h>
#include <hypercall/event.h>
#include <machine/interrupt.h>
#include <machine/ioapic.h>
#include <machine/paging.h>
#include <machine/smp.h>

struct pirq pirqs[NR_PIRQS];
struct gsi gsis[IOAPIC_GSIS_MAX];
struct spinlock pirqs_lock;
static uint64_t *eoi_page;              /* the guest's, direct map */
static bool eoi_unmasks;                /* the port as well */

bool pirq_exists(unsigned pirq)
{
    return domain.initial && pirq < NR_PIRQS
           && (pirqs[pirq].kind == PIRQ_GSI || pirqs[pirq].kind == PIRQ_MSI);
}

/*
 * A level interrupt stays masked until the kernel has served it: a line
 * that is stuck costs no more than the kernel lets it.
 */
static void pirq_interrupt(unsigned number)
{
    struct pirq *pirq = &pirqs[number];

    if (pirq_is_level(pirq)) {
        ioapic_mask(pirq->gsi, true);
        pirq->in_service = true;
        pirq_storm_count(pirq);
    }
    event_raise_pirq(number);
}

static void set_needs_eoi(unsigned number, bool on)
{
    if (!eoi_page)
        return;
    if (on)
        eoi_page[number / 64] |= 1ull << number % 64;
    else
        eoi_page[number / 64] &= ~(1ull << number % 64);
}

bool pirq_allocate_vectors(unsigned number, unsigned count)
{
    unsigned vector = interrupt_allocate(pirqs[number].cpu, count,
                                         pirq_interrupt, number);

    for (unsigned i = 0; vector && i < count; i++)
        pirqs[number + i].vector = (uint8_t)(vector + i);
    return vector;
}

void pirq_program(const struct pirq *pirq)
{
    const struct gsi *gsi = &gsis[pirq->gsi];

    if (pirq->kind == PIRQ_MSI)
        msi_program(&pirq->msi, pirq->vector, smp.apic_ids[pirq->cpu]);
    else
        ioapic_route(pirq->gsi, pirq->vector, smp.apic_ids[pirq->cpu],
                     gsi->level, gsi->active_low);
}

static void mask(const struct pirq *pirq, bool masked)
{
    if (pirq->kind == PIRQ_MSI)
        msi_mask(&pirq->msi, masked);
    else
        ioapic_mask(pirq->gsi, masked);
}

long pirq_start(unsigned number)
{
    struct pirq *pirq = &pirqs[number];

    if (!pirq->vector && !pirq_allocate_vectors(number, 1))
        return -XEN_ENOSPC;
    pirq->bound = true;
    pirq->in_service = pirq->resting = false;
    set_needs_eoi(number, pirq_is_level(pirq));
    if (pirq->kind == PIRQ_GSI)
        console_input_release(pirq->gsi);
    pirq_program(pirq);
    mask(pirq, false);
    return 0;
}

void pirq_stop(unsigned number)
{
    struct pirq *pirq = &pirqs[number];

    pirq->bound = false;
    if (pirq->kind == PIRQ_GONE) {
        pirq->kind = PIRQ_FREE;
        return;
    }
    mask(pirq, true);
    if (pirq->kind == PIRQ_GSI)
        console_input_reclaim(pirq->gsi);
}

long pirq_bound(unsigned number)
{
    long result;

    spin_lock(&pirqs_lock);
    result = pirq_start(number);
    spin_unlock(&pirqs_lock);
    return result;
}

void pirq_unbound(unsigned number)
{
    spin_lock(&pirqs_lock);
    pirq_stop(number);
    spin_unlock(&pirqs_lock);
}

void pirq_free_vectors(struct pirq *pirq)
{
    if (pirq->vector)
        interrupt_free(pirq->cpu, pirq->vector);
    pirq->vector = 0;
}

/* Several messages have one address: they stay together, where they are. */
static bool can_move(const struct pirq *pirq)
{
    return pirq->bound && (pirq->kind == PIRQ_GSI || pirq->msi.msix
                           || pirq->msi.count == 1);
}

/*
 * To another CPU: a new vector, there and here, as the message or the pin
 * may be seen with the new vector and the old CPU.  What is on its way
 * arrives as well; the pending bit takes care that nothing comes twice.
 */
static void move(struct pirq *pirq, unsigned cpu)
{
    unsigned old_cpu = pirq->cpu, old_vector = pirq->vector;
    unsigned vector = interrupt_allocate_on_both(old_cpu, cpu, pirq_interrupt,
                                                 (unsigned)(pirq - pirqs));

    if (!vector)
        return;
    pirq->cpu = cpu;
    pirq->vector = (uint8_t)vector;
    pirq_program(pirq);
    if (!pirq->in_service)
        mask(pirq, false);
    interrupt_free(old_cpu, old_vector);
    interrupt_free(old_cpu, vector);
}

/* Without interrupt remapping devices have 8 bits, and 255 means all. */
static bool devices_reach(unsigned cpu)
{
    return smp.apic_ids[cpu] < 0xff;
}

/* Where it can't go it stays; the event goes on from there. */
void pirq_set_cpu(unsigned number, unsigned cpu)
{
    struct pirq *pirq = &pirqs[number];

    spin_lock(&pirqs_lock);
    if (pirq->cpu != cpu && can_move(pirq) && devices_reach(cpu))
        move(pirq, cpu);
    spin_unlock(&pirqs_lock);
}

void pirq_end(struct pirq *pirq)
{
    if (!pirq->bound || !pirq->in_service)
        return;
    pirq->in_service = false;
    mask(pirq, false);
}

static void end_of_interrupt(struct pirq *pirq)
{
    if (!pirq_storm_rest(pirq))
        pirq_end(pirq);
}

long pirq_eoi(const struct physdev_eoi *op)
{
    if (!pirq_exists(op->irq))
        return -XEN_EINVAL;
    if (eoi_unmasks && event_pirq_port(op->irq))
        event_unmask(event_pirq_port(op->irq));
    end_of_interrupt(&pirqs[op->irq]);
    return 0;
}

long pirq_unmask_notify(void)
{
    for (unsigned number = 0; number < NR_PIRQS; number++)
        if (pirqs[number].in_service
            && !event_is_masked(event_pirq_port(number)))
            end_of_interrupt(&pirqs[number]);
    return 0;
}

/* No other domain could share it. */
long pirq_status(struct physdev_irq_status_query *op)
{
    if (op->irq >= NR_PIRQS)
        return -XEN_EINVAL;
    op->flags = XENIRQSTAT_needs_eoi;
    return 0;
}

long pirq_eoi_gmfn(const struct physdev_pirq_eoi_gmfn *op, bool unmask)
{
    if (!domain_owns(MFN(op->gmfn)))
        return -XEN_EINVAL;
    if (eoi_page)
        return -XEN_EBUSY;
    eoi_page = direct_mfn(MFN(op->gmfn));
    eoi_unmasks = unmask;
    for (unsigned number = 0; number < NR_PIRQS; number++)
        if (pirqs[number].bound)
            set_needs_eoi(number, pirq_is_level(&pirqs[number]));
    return 0;
}
