/* SPDX-License-Identifier: MIT */
#include <machine/tsc_sync.h>

#include <lib/console.h>
#include <machine/cpu_area.h>
#include <machine/features.h>
#include <machine/interrupt.h>
#include <machine/smp.h>
#include <machine/x86.h>

#define ROUNDS 32

static bool bad;
static uint64_t first_adjust;

/* What the two CPUs say to each other: a CPU's id * ROUNDS calls it. */
static uint32_t question, answered;
static uint32_t measured;               /* CPUs that are done */
static uint64_t answer;

static void wait_for(const uint32_t *word, uint32_t value)
{
    while (__atomic_load_n(word, __ATOMIC_ACQUIRE) != value)
        cpu_relax();
}

static void call(unsigned id)
{
    __atomic_store_n(&question, id * ROUNDS, __ATOMIC_SEQ_CST);
    ipi_send_one(id, VECTOR_EVENT);
}

/* An emulator's CPUs take the time from each other when they spin. */
static void sleep_until_called(unsigned id)
{
    while (__atomic_load_n(&question, __ATOMIC_ACQUIRE) / ROUNDS != id)
        halt_once();
}

int64_t tsc_sync_offset(const struct tsc_round *rounds, unsigned nr)
{
    const struct tsc_round *best = rounds;

    for (unsigned i = 1; i < nr; i++)
        if (rounds[i].heard - rounds[i].asked < best->heard - best->asked)
            best = &rounds[i];

    uint64_t half = (best->heard - best->asked) / 2;
    int64_t offset = (int64_t)(best->answer - (best->asked + half));

    return offset >= -(int64_t)half && offset <= (int64_t)half ? 0 : offset;
}

void tsc_sync_ask(unsigned id)
{
    struct tsc_round rounds[ROUNDS];
    int64_t offset;

    if (features.tsc_adjust)
        first_adjust = rdmsr(MSR_TSC_ADJUST);
    call(id);
    for (uint32_t i = 0; i < ROUNDS; i++) {
        rounds[i].asked = rdtsc();
        __atomic_store_n(&question, id * ROUNDS + i + 1, __ATOMIC_RELEASE);
        wait_for(&answered, id * ROUNDS + i + 1);
        rounds[i].heard = rdtsc();
        rounds[i].answer = answer;
    }
    offset = tsc_sync_offset(rounds, ROUNDS);
    if (offset) {
        printk("CPU %u: its TSC is %ld ticks ahead; corrected\n", id, offset);
        cpu_of(id)->tsc_offset = (uint64_t)offset;
        bad = true;
    }
    __atomic_store_n(&measured, id, __ATOMIC_RELEASE);
}

void tsc_sync_answer(void)
{
    unsigned id = this_cpu()->id;

    sleep_until_called(id);
    wait_for(&question, id * ROUNDS + 1);
    if (features.tsc_adjust && rdmsr(MSR_TSC_ADJUST) != first_adjust)
        wrmsr(MSR_TSC_ADJUST, first_adjust);
    for (uint32_t i = 0; i < ROUNDS; i++) {
        wait_for(&question, id * ROUNDS + i + 1);
        answer = rdtsc();
        __atomic_store_n(&answered, id * ROUNDS + i + 1, __ATOMIC_RELEASE);
    }
    /* The next one may be done by the time that this one looks. */
    while (__atomic_load_n(&measured, __ATOMIC_ACQUIRE) < id)
        cpu_relax();
}

bool tsc_sync_is_good(void)
{
    return !bad;
}
