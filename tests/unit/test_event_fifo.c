/* SPDX-License-Identifier: MIT */
/* libraries: -lpthread */
/*
 * The FIFO queues between CPUs that send at the same time, and kernels that
 * take ports off, mask and move them meanwhile: no event may be left behind.
 * Each thread is a CPU; it sends, and then does what an upcall does.
 */
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "unit_test.h"

#include <machine/cpu_area.h>

#define CPUS  3
#define PORTS 12
#define SENDS 50000

static struct cpu cpus[CPUS];

#define cpu_of(id) (&cpus[id])
#include "../../src/hypercall/event_fifo.c"

struct domain domain;

uint64_t pool_frame(void)
{
    abort();
}

uint64_t pool_left(void)
{
    abort();
}

void spin_wait(void)
{
    sched_yield();
}

/* The kernel's side, public/event_channel.h. */
static event_word_t words[PORTS + 1];
static uint32_t queues[PORTS + 1];
static struct kernel_cpu {
    struct evtchn_fifo_control_block control;
    uint32_t head[EVTCHN_FIFO_MAX_QUEUES];
    bool upcall;
    uint32_t random;
    unsigned taken;
} kernel[CPUS];

/* Where each port goes: CPU * 16 + priority. */
static unsigned goes_to[PORTS + 1];
static unsigned sent[PORTS + 1], seen[PORTS + 1];
static unsigned running;

static void tell(unsigned cpu)
{
    __atomic_store_n(&kernel[cpu].upcall, true, __ATOMIC_SEQ_CST);
}

static void raise(uint32_t port,
                  bool (*by)(uint32_t, struct cpu *, unsigned))
{
    unsigned to = __atomic_load_n(&goes_to[port], __ATOMIC_SEQ_CST);

    if (by(port, cpu_of(to / 16), to % 16))
        tell(to / 16);
}

/* Its handler sees all that was sent before PENDING was cleared. */
static void handle(struct kernel_cpu *here, uint32_t port)
{
    unsigned what = test_random(&here->random) % 8;

    if (what == 0)
        set_flag(&words[port], MASKED);
    if (what == 1)
        __atomic_store_n(&goes_to[port],
                         test_random(&here->random) % CPUS * 16
                         + test_random(&here->random) % 3 * 7,
                         __ATOMIC_SEQ_CST);
    clear_flag(&words[port], PENDING);
    __atomic_store_n(&seen[port],
                     __atomic_load_n(&sent[port], __ATOMIC_SEQ_CST),
                     __ATOMIC_SEQ_CST);
    here->taken++;
    if (what == 0)
        raise(port, unmask);
}

/* One port off a queue; false when that was the last. */
static bool take_one(struct kernel_cpu *here, unsigned priority)
{
    uint32_t port = here->head[priority];
    event_word_t old;

    if (!port)
        port = __atomic_load_n(&here->control.head[priority],
                               __ATOMIC_SEQ_CST);
    old = read_word(&words[port]);
    while (!__atomic_compare_exchange_n(
               &words[port], &old,
               old & ~(LINKED | EVTCHN_FIFO_LINK_MASK), false,
               __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
        ;
    here->head[priority] = old & EVTCHN_FIFO_LINK_MASK;
    if ((read_word(&words[port]) & (PENDING | MASKED)) == PENDING)
        handle(here, port);
    return here->head[priority];
}

static void upcall(struct kernel_cpu *here)
{
    uint32_t ready;

    while (__atomic_exchange_n(&here->upcall, false, __ATOMIC_SEQ_CST))
        while ((ready = __atomic_exchange_n(&here->control.ready, 0,
                                            __ATOMIC_SEQ_CST)))
            for (; ready; ready &= ready - 1)
                while (take_one(here, (unsigned)__builtin_ctz(ready)))
                    ;
}

static void *run(void *argument)
{
    struct kernel_cpu *here = argument;

    for (unsigned i = 0; i < SENDS; i++) {
        uint32_t port = 1 + test_random(&here->random) % PORTS;

        __atomic_add_fetch(&sent[port], 1, __ATOMIC_SEQ_CST);
        raise(port, set_pending);
        if (test_random(&here->random) % 4 == 0)
            upcall(here);
        if (test_random(&here->random) % 16 == 0)
            sched_yield();              /* on a host with few CPUs */
    }
    __atomic_sub_fetch(&running, 1, __ATOMIC_SEQ_CST);
    while (__atomic_load_n(&running, __ATOMIC_SEQ_CST))
        upcall(here);
    return NULL;
}

static void begin(void)
{
    nr_pages = 1;
    pages[0].words = words;
    pages[0].queues = queues;
    running = CPUS;
    for (unsigned i = 0; i < CPUS; i++) {
        cpus[i].id = i;
        cpus[i].fifo_control = &kernel[i].control;
        kernel[i].random = 1 + i;
    }
    for (uint32_t port = 1; port <= PORTS; port++)
        goes_to[port] = port % CPUS * 16 + port % 3 * 7;
}

static void nothing_is_left_behind(void **state)
{
    pthread_t threads[CPUS];
    unsigned taken = 0;

    (void)state;
    begin();
    for (unsigned i = 0; i < CPUS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, run, &kernel[i]),
                         0);
    for (unsigned i = 0; i < CPUS; i++)
        pthread_join(threads[i], NULL);
    for (unsigned round = 0; round < CPUS * PORTS; round++)
        upcall(&kernel[round % CPUS]);  /* one may unmask for another */

    for (uint32_t port = 1; port <= PORTS; port++) {
        assert_int_equal(words[port] & (PENDING | MASKED | LINKED), 0);
        assert_int_equal(seen[port], sent[port]);
    }
    for (unsigned i = 0; i < CPUS; i++)
        taken += kernel[i].taken;
    assert_true(taken > SENDS / 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_left_behind),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
