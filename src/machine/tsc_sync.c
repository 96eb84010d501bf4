/* SPDX-License-Identifier: MIT */
#include <machine/tsc_sync.h>

#include <lib/console.h>
#include <machine/cpu_area.h>
#include <machine/features.h>
#include <machine/interrupt.h>
#include <machine/kvm_clock.h>
#include <machine/smp.h>
#include <machine/time.h>
#include <machine/x86.h>

#define ROUNDS  32
#define NUMBERS (2 * ROUNDS)    /* for each CPU, so that none is another's */

/*
 * On hardware all rounds take microseconds.  Where they don't, emulated CPUs
 * take the host's time from each other, and one quick round has to do.
 */
#define LONG_ENOUGH  200000     /* ns */
#define QUICK_ENOUGH 5000

static bool bad;
static uint64_t first_adjust;

/* What the two CPUs say to each other: a CPU's id * NUMBERS calls it. */
static uint32_t question, answered;
static uint32_t measured;               /* CPUs that are done */
static uint64_t answer;

static void wait_for(const uint32_t *word, uint32_t value)
{
    while (__atomic_load_n(word, __ATOMIC_ACQUIRE) != value)
        cpu_relax();
}

/* Whether the first one goes on asking; it may be with others already. */
static bool is_asked(unsigned id, uint32_t number)
{
    while (__atomic_load_n(&question, __ATOMIC_ACQUIRE)
           != id * NUMBERS + number) {
        if (__atomic_load_n(&measured, __ATOMIC_ACQUIRE) >= id)
            return false;
        cpu_relax();
    }
    return true;
}

static void call(unsigned id)
{
    __atomic_store_n(&question, id * NUMBERS, __ATOMIC_SEQ_CST);
    ipi_send_one(id, VECTOR_EVENT);
}

/* An emulator's CPUs take the time from each other when they spin. */
static void sleep_until_called(unsigned id)
{
    while (__atomic_load_n(&question, __ATOMIC_ACQUIRE) / NUMBERS != id)
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

static bool is_quick(const struct tsc_round *round)
{
    return round->heard - round->asked < time_ticks(QUICK_ENOUGH);
}

static void ask(unsigned id, uint32_t number, struct tsc_round *round)
{
    round->asked = rdtsc();
    __atomic_store_n(&question, id * NUMBERS + number, __ATOMIC_RELEASE);
    wait_for(&answered, id * NUMBERS + number);
    round->heard = rdtsc();
    round->answer = answer;
}

void tsc_sync_ask(unsigned id)
{
    uint64_t end = time_now() + LONG_ENOUGH;
    struct tsc_round rounds[ROUNDS];
    uint32_t nr = 0;
    int64_t offset;

    if (features.tsc_adjust)
        first_adjust = rdmsr(MSR_TSC_ADJUST);
    call(id);
    do {
        ask(id, nr + 1, &rounds[nr]);
        nr++;
    } while (nr < ROUNDS && !(time_now() > end && is_quick(&rounds[nr - 1])));
    offset = tsc_sync_offset(rounds, nr);
    if (offset && !kvm_clock_is_used()) {
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
    wait_for(&question, id * NUMBERS + 1);
    if (features.tsc_adjust && rdmsr(MSR_TSC_ADJUST) != first_adjust)
        wrmsr(MSR_TSC_ADJUST, first_adjust);
    for (uint32_t number = 1; is_asked(id, number); number++) {
        answer = rdtsc();
        __atomic_store_n(&answered, id * NUMBERS + number, __ATOMIC_RELEASE);
    }
}

bool tsc_sync_is_good(void)
{
    return !bad && !kvm_clock_is_used();
}
