/* SPDX-License-Identifier: MIT */
/* sources: src/machine/device_vectors.c */
/* Vectors that are given up, and interrupts that are still on their way. */
#include <stdint.h>
#include <stdlib.h>

#include <machine/apic.h>
#include <machine/device_vectors.h>
#include <machine/interrupt.h>
#include <machine/paging.h>
#include <machine/smp.h>

#include "unit_test.h"

#define OLD_DEVICE 1
#define NEW_DEVICE 2
#define CLASS(vector) ((vector) / 16)   /* its priority */

/* Each test has CPUs of its own, as nothing forgets what they have. */
static unsigned from, to;

static unsigned asked_cpu, asked_vector, times_asked, times_asked_again;
static unsigned pending;                /* this CPU's APIC has this one */
static unsigned served;                 /* the argument of who was last */

uint64_t pool_frame(void)
{
    return (uint64_t)calloc(1, PAGE_SIZE) - DIRECT_MAP_BASE;
}

uint64_t pool_left(void)
{
    return 1;
}

void ipi_send_one(unsigned cpu, unsigned vector)
{
    asked_cpu = cpu;
    asked_vector = vector;
    times_asked++;
}

void interrupt_self(unsigned vector)
{
    assert_int_equal(vector, VECTOR_VACATED);
    times_asked_again++;
}

bool apic_is_requested(unsigned vector)
{
    return vector == pending;
}

static void handler(unsigned argument)
{
    served = argument;
}

static int start(void **state)
{
    (void)state;
    from += 2;
    to = from + 1;
    times_asked = times_asked_again = pending = served = 0;
    return 0;
}

static unsigned allocate(unsigned cpu, unsigned device)
{
    return interrupt_allocate(cpu, 1, handler, device);
}

/* Does `vector` of this CPU's turn up among all that there are? */
static bool is_given_out(unsigned cpu, unsigned vector)
{
    bool found = false;

    for (unsigned v; (v = allocate(cpu, NEW_DEVICE));)
        found |= v == vector;
    return found;
}

static void stays_until_its_cpu_has_looked(void **state)
{
    unsigned vector = allocate(from, OLD_DEVICE);

    (void)state;
    interrupt_free(from, vector);
    assert_int_equal(asked_cpu, from);
    assert_int_equal(asked_vector, VECTOR_VACATED);
    assert_false(is_given_out(from, vector));
    device_vectors_reclaim(from);
    assert_true(is_given_out(from, vector));
}

static void stays_on_that_cpu_only(void **state)
{
    unsigned vector = interrupt_allocate_on_both(from, to, handler,
                                                 OLD_DEVICE);

    (void)state;
    interrupt_free(from, vector);
    device_vectors_reclaim(to);
    assert_false(is_given_out(from, vector));
    device_vector_serve(to, vector);
    assert_int_equal(served, OLD_DEVICE);
}

/* What is pending is the old device's, and comes to it. */
static void stays_while_it_is_pending(void **state)
{
    unsigned vector = allocate(from, OLD_DEVICE);

    (void)state;
    pending = vector;
    interrupt_free(from, vector);
    device_vectors_reclaim(from);
    assert_int_equal(times_asked_again, 1);
    assert_false(is_given_out(from, vector));
    device_vector_serve(from, vector);
    assert_int_equal(served, OLD_DEVICE);

    pending = 0;
    device_vectors_reclaim(from);
    assert_int_equal(times_asked_again, 1);
    assert_true(is_given_out(from, vector));
}

/* Or a CPU would be asked again and again, and never come to serve it. */
static void is_asked_below_all_devices(void **state)
{
    (void)state;
    assert_true(CLASS(VECTOR_VACATED) < CLASS(VECTOR_FIRST_DEVICE));
}

/* From CPU to CPU and back, while the first one takes no interrupt. */
static void moves_to_and_fro(void **state)
{
    unsigned first = allocate(from, OLD_DEVICE), vector = first;

    (void)state;
    for (unsigned i = 0; i < 20; i++) {
        unsigned here = i % 2 ? to : from, there = i % 2 ? from : to;
        unsigned new = interrupt_allocate_on_both(here, there, handler,
                                                  NEW_DEVICE);

        assert_true(new && new != first);
        interrupt_free(here, vector);
        interrupt_free(here, new);
        device_vectors_reclaim(to);
        vector = new;
    }
    assert_int_equal(times_asked, 40);
    device_vector_serve(from, first);
    assert_int_equal(served, OLD_DEVICE);
}

/* All are waited for: then there is none, and nothing moves. */
static void has_none_until_then(void **state)
{
    unsigned vectors[256], nr = 0;

    (void)state;
    for (unsigned v; (v = allocate(from, OLD_DEVICE));)
        vectors[nr++] = v;
    while (nr)
        interrupt_free(from, vectors[--nr]);
    assert_int_equal(interrupt_allocate_on_both(from, to, handler,
                                                NEW_DEVICE), 0);
    device_vectors_reclaim(from);
    assert_int_not_equal(interrupt_allocate_on_both(from, to, handler,
                                                    NEW_DEVICE), 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(stays_until_its_cpu_has_looked, start),
        cmocka_unit_test_setup(stays_on_that_cpu_only, start),
        cmocka_unit_test_setup(stays_while_it_is_pending, start),
        cmocka_unit_test_setup(is_asked_below_all_devices, start),
        cmocka_unit_test_setup(moves_to_and_fro, start),
        cmocka_unit_test_setup(has_none_until_then, start),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
