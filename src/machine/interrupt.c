/* SPDX-License-Identifier: MIT */
#include <machine/interrupt.h>

#include <assert.h>
#include <machine/apic.h>
#include <machine/cpu_area.h>
#include <machine/paging.h>
#include <machine/timer.h>

#define VECTORS      256
#define VECTOR_INT80 0x80

struct slot {
    interrupt_handler *handler;         /* NULL: free */
    uint64_t argument;
};

static_assert(VECTORS * sizeof(struct slot) == PAGE_SIZE, "a frame a CPU");

/* Each CPU has vectors of its own; NULL: none of its are in use. */
static struct slot *slots[NR_CPUS_MAX];

/* The fixed ones above them mean the same on every CPU. */
static interrupt_handler *fixed[VECTORS - VECTOR_LAST_DEVICE];

void interrupt_set(unsigned vector, interrupt_handler *handler)
{
    fixed[vector - VECTOR_LAST_DEVICE] = handler;
}

static bool is_free(const struct slot *cpu_slots, unsigned first,
                    unsigned count)
{
    for (unsigned v = first; v < first + count; v++)
        if (v > VECTOR_LAST_DEVICE || v == VECTOR_INT80
            || cpu_slots[v].handler)
            return false;
    return true;
}

unsigned interrupt_allocate(unsigned cpu, unsigned count,
                            interrupt_handler *handler, unsigned argument)
{
    unsigned first = (VECTOR_FIRST_DEVICE + count - 1) & ~(count - 1);

    if (!slots[cpu]) {
        if (!pool_left())
            return 0;
        slots[cpu] = direct(pool_frame());
    }
    for (; first <= VECTOR_LAST_DEVICE; first += count)
        if (is_free(slots[cpu], first, count)) {
            for (unsigned i = 0; i < count; i++)
                slots[cpu][first + i] = (struct slot){ handler, argument + i };
            return first;
        }
    return 0;
}

void interrupt_free(unsigned cpu, unsigned vector)
{
    slots[cpu][vector].handler = NULL;
}

static void device_interrupt(unsigned vector)
{
    const struct slot *cpu_slots = slots[this_cpu()->id];

    /* None: it was still under way when its vector was given back. */
    if (cpu_slots && cpu_slots[vector].handler)
        cpu_slots[vector].handler((unsigned)cpu_slots[vector].argument);
}

void interrupt(unsigned vector)
{
    if (vector == VECTOR_SPURIOUS)
        return;                         /* without EOI: SDM 11.9 */
    if (vector == VECTOR_TIMER)
        timer_interrupt();
    else if (vector <= VECTOR_LAST_DEVICE)
        device_interrupt(vector);
    else if (fixed[vector - VECTOR_LAST_DEVICE])
        fixed[vector - VECTOR_LAST_DEVICE](vector);
    if (vector != VECTOR_OUTSIDE)
        apic_eoi();
}

void interrupt_self(unsigned vector)
{
    apic_send_self(vector);
}
