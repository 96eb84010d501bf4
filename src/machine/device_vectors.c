/* SPDX-License-Identifier: MIT */
/*
 * Which interrupt has which vector on which CPU.
 *
 * A vector that is given up may still be pending on its CPU, which takes no
 * interrupts for as long as its kernel, or its hypervisor, likes.  With
 * another handler by then, what comes would be the wrong device's, and the
 * right one's be lost.  So the vector stays as it is until its CPU itself
 * has looked; VECTOR_VACATED asks it to.
 */
#include <machine/device_vectors.h>

#include <assert.h>
#include <machine/apic.h>
#include <machine/interrupt.h>
#include <machine/paging.h>
#include <machine/smp.h>

#define VECTORS      256

enum state { FREE, USED, VACATED };

struct slot {
    interrupt_handler *handler;         /* NULL: never used */
    uint32_t argument;
    uint32_t state;
};

static_assert(VECTORS * sizeof(struct slot) == PAGE_SIZE, "a frame a CPU");

/* Each CPU has vectors of its own; NULL: none of its are in use. */
static struct slot *slots[NR_CPUS_MAX];
static uint8_t next[NR_CPUS_MAX];       /* where to look for a free one */

static uint32_t state(const struct slot *slot)
{
    return __atomic_load_n(&slot->state, __ATOMIC_ACQUIRE);
}

static void set_state(struct slot *slot, enum state state)
{
    __atomic_store_n(&slot->state, state, __ATOMIC_RELEASE);
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
            || state(&slots[cpu][v]) != FREE)
            return false;
    return true;
}

static void use(unsigned cpu, unsigned vector, interrupt_handler *handler,
                unsigned argument)
{
    struct slot *slot = &slots[cpu][vector];

    slot->handler = handler;
    slot->argument = argument;
    set_state(slot, USED);
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
    set_state(&slots[cpu][vector], VACATED);
    ipi_send_one(cpu, VECTOR_VACATED);
}

/*
 * VECTOR_VACATED is below all of them, so what was pending when it came has
 * been served; what has come since is served before it comes again.
 */
void device_vectors_reclaim(unsigned cpu)
{
    bool again = false;

    if (!slots[cpu])
        return;
    for (unsigned v = VECTOR_FIRST_DEVICE; v <= VECTOR_LAST_DEVICE; v++) {
        if (state(&slots[cpu][v]) != VACATED)
            continue;
        if (apic_is_requested(v))
            again = true;
        else
            set_state(&slots[cpu][v], FREE);
    }
    if (again)
        interrupt_self(VECTOR_VACATED);
}

void device_vector_serve(unsigned cpu, unsigned vector)
{
    const struct slot *slot = slots[cpu] ? &slots[cpu][vector] : NULL;

    if (slot && slot->handler)
        slot->handler(slot->argument);
}
