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
    interrupt_handler *handler;         /* NULL: never used */
    uint32_t argument;
    uint32_t used;
};

static_assert(VECTORS * sizeof(struct slot) == PAGE_SIZE, "a frame a CPU");

/* Each CPU has vectors of its own; NULL: none of its are in use. */
static struct slot *slots[NR_CPUS_MAX];
static uint8_t next[NR_CPUS_MAX];       /* where to look for a free one */

/* The fixed ones above them mean the same on every CPU. */
static interrupt_handler *fixed[VECTORS - VECTOR_LAST_DEVICE];

void interrupt_set(unsigned vector, interrupt_handler *handler)
{
    fixed[vector - VECTOR_LAST_DEVICE] = handler;
}

static bool has_slots(unsigned cpu)
{
    if (!slots[cpu] && pool_left())
        slots[cpu] = direct(pool_frame());
    return slots[cpu];
}

static bool is_free(unsigned cpu, unsigned first, unsigned count)
{
    for (unsigned v = first; v < first + count; v++)
        if (v > VECTOR_LAST_DEVICE || v == VECTOR_INT80
            || slots[cpu][v].used)
            return false;
    return true;
}

static void use(unsigned cpu, unsigned vector, interrupt_handler *handler,
                unsigned argument)
{
    slots[cpu][vector] = (struct slot){ handler, argument, true };
    next[cpu] = (uint8_t)(vector + 1);
}

/* The one to look at first, and the one after `first`. */
static unsigned begin(unsigned cpu, unsigned count)
{
    unsigned first = next[cpu] < VECTOR_FIRST_DEVICE ? VECTOR_FIRST_DEVICE
                                                     : next[cpu];

    return (first + count - 1) & ~(count - 1);
}

static unsigned after(unsigned first, unsigned count)
{
    first += count;
    return first <= VECTOR_LAST_DEVICE
           ? first : (VECTOR_FIRST_DEVICE + count - 1) & ~(count - 1);
}

unsigned interrupt_allocate(unsigned cpu, unsigned count,
                            interrupt_handler *handler, unsigned argument)
{
    unsigned first = begin(cpu, count);

    if (!has_slots(cpu))
        return 0;
    for (unsigned tried = 0; tried < VECTORS; tried += count) {
        if (is_free(cpu, first, count)) {
            for (unsigned i = 0; i < count; i++)
                use(cpu, first + i, handler, argument + i);
            return first;
        }
        first = after(first, count);
    }
    return 0;
}

unsigned interrupt_allocate_on_both(unsigned from, unsigned to,
                                    interrupt_handler *handler,
                                    unsigned argument)
{
    unsigned vector = begin(to, 1);

    if (!has_slots(from) || !has_slots(to))
        return 0;
    for (unsigned tried = 0; tried < VECTORS; tried++) {
        if (is_free(from, vector, 1) && is_free(to, vector, 1)) {
            use(from, vector, handler, argument);
            use(to, vector, handler, argument);
            return vector;
        }
        vector = after(vector, 1);
    }
    return 0;
}

void interrupt_free(unsigned cpu, unsigned vector)
{
    slots[cpu][vector].used = false;
}

static void device_interrupt(unsigned vector)
{
    const struct slot *cpu_slots = slots[this_cpu()->id];

    if (cpu_slots && cpu_slots[vector].handler)
        cpu_slots[vector].handler(cpu_slots[vector].argument);
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
