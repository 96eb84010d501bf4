/* SPDX-License-Identifier: MIT */
/*
 * Events from outside: a bit for each port in the outer shared_info, and an
 * interrupt that comes as long as the vCPU's pending byte there is set.
 */
#include <partition/outer.h>

#include <xen/xen.h>
#include <xen/hvm/params.h>

#include <lib/panic.h>
#include <machine/cpu_area.h>
#include <machine/interrupt.h>
#include <machine/smp.h>

#define CALLBACK_TYPE_SHIFT 56
#define PORTS_PER_WORD      64

static void (*port_arrived)(unsigned port);     /* NULL: nobody wants it yet */

static uint64_t take(uint64_t *word)
{
    return __atomic_exchange_n(word, 0, __ATOMIC_SEQ_CST);
}

static void serve_word(unsigned word)
{
    uint64_t bits = take(&outer_shared_info()->evtchn_pending[word]);

    for (; bits; bits &= bits - 1)
        port_arrived(word * PORTS_PER_WORD
                     + (unsigned)__builtin_ctzll(bits));
}

/* In the order in which the outer Xen sets them, backwards. */
static void serve(unsigned vector)
{
    struct vcpu_info *info =
        &outer_shared_info()->vcpu_info[smp.acpi_ids[this_cpu()->id]];
    uint64_t words;

    (void)vector;
    __atomic_exchange_n(&info->evtchn_upcall_pending, 0, __ATOMIC_SEQ_CST);
    if (!port_arrived)
        return;
    for (words = take(&info->evtchn_pending_sel); words; words &= words - 1)
        serve_word((unsigned)__builtin_ctzll(words));
}

/* The outer Xen's number of a vCPU is its processor's in ACPI. */
static void check_numbers(void)
{
    for (unsigned i = 0; i < smp.nr_cpus; i++)
        if (smp.acpi_ids[i] >= OUTER_CPUS_MAX)
            panic("ACPI numbers a vCPU %u: the outer Xen has no such",
                  smp.acpi_ids[i]);
}

void outer_events_init(void)
{
    uint64_t callback = (uint64_t)HVM_PARAM_CALLBACK_TYPE_VECTOR
                        << CALLBACK_TYPE_SHIFT | VECTOR_OUTSIDE;
    long result;

    check_numbers();
    interrupt_set(VECTOR_OUTSIDE, serve);
    result = outer_set_param(HVM_PARAM_CALLBACK_IRQ, callback);
    if (result)
        panic("The outer Xen refuses an interrupt for events: error %ld",
              result);
}

void outer_events_start(void (*arrived)(unsigned port))
{
    port_arrived = arrived;
    serve(VECTOR_OUTSIDE);
}
