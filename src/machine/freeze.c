/* SPDX-License-Identifier: MIT */
#include <machine/smp.h>

#include <entry/entry.h>
#include <machine/cpu_area.h>
#include <machine/interrupt.h>
#include <machine/tlb.h>
#include <machine/x86.h>

#define NOBODY  0
/* The last one has let go, and not all have gone on yet. */
#define THAWING UINT32_MAX

/* Who holds the others, as a number + 1, and how many stand still. */
static unsigned holder;
static unsigned still;
static unsigned depth;                  /* the holder's */
static bool flushing;                   /* before they go on */

static unsigned who_holds(void)
{
    return __atomic_load_n(&holder, __ATOMIC_SEQ_CST);
}

static unsigned nr_others(void)
{
    unsigned nr = 0;

    for_each_cpu_in(&smp.online, cpu)
        nr++;
    return nr - 1;
}

static void stand_still_no_longer(void)
{
    if (__atomic_load_n(&flushing, __ATOMIC_SEQ_CST))
        tlb_flush(TLB_ALL);
    __atomic_fetch_sub(&still, 1, __ATOMIC_SEQ_CST);
}

void smp_freeze_if_asked(void)
{
    struct cpu *cpu = this_cpu();
    unsigned by = who_holds();

    if (by == NOBODY || by == THAWING || by == cpu->id + 1)
        return;
    cpu->is_still = true;
    __atomic_fetch_add(&still, 1, __ATOMIC_SEQ_CST);
    while (who_holds() == by) {
        tlb_serve();
        cpu_relax();
    }
    cpu->is_still = false;
    stand_still_no_longer();
}

/* Nothing is served here: whatever was interrupted may be doing so. */
bool smp_freeze_by_nmi(void)
{
    struct cpu *cpu = this_cpu();
    unsigned by;

    if (!__atomic_exchange_n(&cpu->freeze_nmi, false, __ATOMIC_SEQ_CST))
        return false;
    by = who_holds();
    if (cpu->is_still || by == NOBODY || by == THAWING)
        return true;
    __atomic_fetch_add(&still, 1, __ATOMIC_SEQ_CST);
    while (who_holds() == by)
        cpu_relax();
    stand_still_no_longer();
    return true;
}

/* An interrupt might wait for a lock that the kernel has taken before. */
static void ask(const struct cpu_set *others)
{
    if (!entry_flag_is_real) {
        ipi_send(others, VECTOR_FREEZE);
        return;
    }
    for_each_cpu_in(others, cpu) {
        __atomic_store_n(&cpu_of(cpu)->freeze_nmi, true, __ATOMIC_SEQ_CST);
        ipi_send_nmi(cpu);
    }
}

static bool become_holder(void)
{
    unsigned nobody = NOBODY;

    return __atomic_compare_exchange_n(&holder, &nobody, this_cpu()->id + 1,
                                       false, __ATOMIC_SEQ_CST,
                                       __ATOMIC_SEQ_CST);
}

static void wait_until_still(unsigned nr)
{
    while (__atomic_load_n(&still, __ATOMIC_SEQ_CST) != nr) {
        tlb_serve();
        cpu_relax();
    }
}

void smp_freeze_others(void)
{
    struct cpu_set others = smp.online;

    if (!nr_others())
        return;
    if (who_holds() == this_cpu()->id + 1) {
        depth++;
        return;
    }
    while (!become_holder()) {
        smp_freeze_if_asked();
        tlb_serve();
        cpu_relax();
    }
    cpu_set_remove(&others, this_cpu()->id);
    ask(&others);
    wait_until_still(nr_others());
}

void smp_thaw_others(void)
{
    if (!nr_others())
        return;
    if (depth) {
        depth--;
        return;
    }
    /* The next one may count only those that stand still for it. */
    __atomic_store_n(&holder, THAWING, __ATOMIC_SEQ_CST);
    wait_until_still(0);
    __atomic_store_n(&flushing, false, __ATOMIC_SEQ_CST);
    __atomic_store_n(&holder, NOBODY, __ATOMIC_SEQ_CST);
}

void smp_flush_others(void)
{
    smp_freeze_others();
    __atomic_store_n(&flushing, true, __ATOMIC_SEQ_CST);
    smp_thaw_others();
}
