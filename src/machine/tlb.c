/* SPDX-License-Identifier: MIT */
#include <machine/tlb.h>

#include <machine/interrupt.h>
#include <machine/paging.h>
#include <machine/smp.h>
#include <machine/x86.h>

/* SDM volume 3, 4.10.4.1: a change of CR4.PGE forgets all there is. */
void tlb_flush_global(void)
{
    uint64_t cr4 = read_cr4();

    write_cr4(cr4 ^ CR4_PGE);
    write_cr4(cr4);
}

void tlb_flush(uint64_t page)
{
    if (page == TLB_ALL)
        tlb_flush_all_here();
    else if (page == TLB_NOT_GLOBAL)
        write_cr3(read_cr3());
    else
        invlpg(page);
}

/* What keeps a CPU from using this. Programs have the lower half. */
static enum detached detachment_for(uint64_t page)
{
    return page == TLB_NOT_GLOBAL || (int64_t)page >= 0
           ? DETACHED : DETACHED_FROM_ALL;
}

/*
 * In our own tables there are none of the guest's translations to forget, but
 * the global ones stay.
 */
static void detach(struct cpu *cpu, enum detached wanted)
{
    if (cpu->detached >= wanted)
        return;
    if (cpu->detached == ATTACHED) {
        cpu->detached_from = read_cr3();
        write_cr3(paging_l4());
    }
    __atomic_store_n(&cpu->detached, wanted, __ATOMIC_SEQ_CST);
}

void tlb_idle_begin(struct cpu *cpu)
{
    cpu->idle = true;
}

/*
 * Who finds `detached` still set has changed its tables before; loading
 * CR3 comes after it is cleared, and starts from those tables.
 */
void tlb_idle_end(struct cpu *cpu)
{
    enum detached was;

    cpu->idle = false;
    __atomic_signal_fence(__ATOMIC_SEQ_CST);    /* who interrupts sees it */
    was = cpu->detached;
    if (was == ATTACHED)
        return;
    __atomic_store_n(&cpu->detached, ATTACHED, __ATOMIC_SEQ_CST);
    write_cr3(cpu->detached_from);
    if (was == DETACHED_FROM_ALL && features.global_pages)
        tlb_flush_global();
}

static void serve(struct cpu *cpu, struct cpu *asking)
{
    if (cpu->idle)
        detach(cpu, detachment_for(asking->flush.page));
    else
        tlb_flush(asking->flush.page);
    __atomic_fetch_sub(&asking->flush.waiting, 1, __ATOMIC_RELEASE);
}

void tlb_serve(void)
{
    struct cpu *cpu = this_cpu();

    for (unsigned i = 0; i < CPU_SET_WORDS; i++) {
        uint64_t *word = &cpu->flush_for.words[i];

        if (!__atomic_load_n(word, __ATOMIC_RELAXED))
            continue;
        for (uint64_t asking = __atomic_exchange_n(word, 0, __ATOMIC_ACQUIRE);
             asking; asking &= asking - 1)
            serve(cpu, cpu_of(i * CPU_SET_BITS
                              + (unsigned)__builtin_ctzll(asking)));
    }
}

/* Those of them that use the page, but this one; returns how many. */
static unsigned choose(const struct cpu_set *cpus, const struct cpu *self,
                       uint64_t page, struct cpu_set *targets)
{
    enum detached enough = detachment_for(page);
    unsigned nr = 0;

    *targets = (struct cpu_set){ { 0 } };
    for_each_cpu_in(cpus, id) {
        if (id >= smp.nr_cpus)
            break;
        if (id == self->id || __atomic_load_n(&cpu_of(id)->detached,
                                              __ATOMIC_SEQ_CST) >= enough)
            continue;
        targets->words[id / CPU_SET_BITS] |= 1ull << id % CPU_SET_BITS;
        nr++;
    }
    return nr;
}

void tlb_flush_on(const struct cpu_set *cpus, uint64_t page)
{
    struct cpu *self = this_cpu();
    struct cpu_set targets;

    /* The tables were changed before it is asked who still uses them. */
    __atomic_thread_fence(__ATOMIC_SEQ_CST);

    unsigned nr = choose(cpus, self, page, &targets);

    if (nr) {
        self->flush = (struct flush){ page, nr };
        for_each_cpu_in(&targets, id)
            cpu_set_add(&cpu_of(id)->flush_for, self->id);
        ipi_send(&targets, VECTOR_FLUSH);
    }
    if (cpu_set_has(cpus, self->id))
        tlb_flush(page);
    while (__atomic_load_n(&self->flush.waiting, __ATOMIC_ACQUIRE)) {
        tlb_serve();
        cpu_relax();
    }
}
