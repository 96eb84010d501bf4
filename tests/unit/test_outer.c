/* SPDX-License-Identifier: MIT */
/* sources: src/partition/outer_pages.c src/partition/outer_events.c */
/* sources: src/partition/outer_timer.c */
/* An outer Xen that refuses what a partition asks for. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <xen/xen.h>
#include <xen/errno.h>
#include <xen/event_channel.h>
#include <xen/memory.h>
#include <xen/hvm/params.h>

#include <lib/console.h>
#include <lib/panic.h>
#include <machine/interrupt.h>
#include <machine/paging.h>
#include <machine/smp.h>
#include <machine/time.h>
#include <machine/timer.h>
#include <partition/outer.h>

#include "unit_test.h"

#define GIB (1ull << 30)

struct smp smp;

static struct {
    unsigned call;
    uint64_t command;
    unsigned after;             /* so many that it allows */
    long result;
} refused;
static struct xen_add_to_physmap last_added;
static unsigned nr_timers;
static jmp_buf panicked;
static char text[256];

_Noreturn void panic(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    longjmp(panicked, 1);
}

long outer_call(unsigned call, uint64_t a1, uint64_t a2, uint64_t a3)
{
    (void)a3;
    if (call == refused.call && a1 == refused.command && !refused.after--)
        return refused.result;
    if (call == __HYPERVISOR_memory_op && a1 == XENMEM_add_to_physmap)
        memcpy(&last_added, (void *)a2, sizeof last_added);
    if (call == __HYPERVISOR_event_channel_op && a1 == EVTCHNOP_bind_virq)
        ((struct evtchn_bind_virq *)a2)->port = 3 + nr_timers++;
    return 0;
}

uint64_t outer_param(unsigned index)
{
    return index == HVM_PARAM_CONSOLE_PFN ? 0xfefff : 0;
}

long outer_set_param(unsigned index, uint64_t value)
{
    return outer_call(__HYPERVISOR_hvm_op, index, value, 0);
}

uint64_t outer_system_time(void)
{
    return 0;
}

uint64_t time_now(void)
{
    return 0;
}

void paging_map(uint64_t virtual, uint64_t physical, uint64_t size,
                uint64_t flags)
{
    (void)flags;
    assert_int_equal(virtual - DIRECT_MAP_BASE, physical);
    assert_true(size >= PAGE_SIZE);
}

void interrupt_set(unsigned vector, interrupt_handler *handler)
{
    (void)vector;
    (void)handler;
}

void timer_use(void (*set)(uint64_t deadline))
{
    (void)set;
}

void timer_interrupt(void)
{
}

void ipi_send_one(unsigned cpu, unsigned vector)
{
    (void)cpu;
    (void)vector;
}

static int start(void **state)
{
    (void)state;
    memset(&refused, 0, sizeof refused);
    memset(&smp, 0, sizeof smp);
    smp.nr_cpus = 2;
    smp.acpi_ids[1] = 1;
    *text = '\0';
    nr_timers = 0;
    return 0;
}

static void refuse(unsigned call, uint64_t command, unsigned after,
                   long result)
{
    refused.call = call;
    refused.command = command;
    refused.after = after;
    refused.result = result;
}

#define ASSERT_PANIC(what, part) \
    do { \
        if (!setjmp(panicked)) { \
            what; \
            fail_msg("no panic"); \
        } \
        if (!strstr(text, part)) \
            fail_msg("%s", text); \
    } while (0)

static const struct memory_map memory = {
    .nr = 2, .ranges = { { 0, GIB, MEMORY_RAM },
                         { 3 * GIB, 4 * GIB - 1, MEMORY_RESERVED } },
};

static void pages_lie_behind_everything(void **state)
{
    (void)state;
    outer_map(&memory);
    assert_int_equal(last_added.space, XENMAPSPACE_shared_info);
    assert_int_equal(last_added.gpfn, 4 * GIB >> PAGE_SHIFT);
    assert_ptr_equal(outer_shared_info(), direct(4 * GIB));
}

static void no_shared_info(void **state)
{
    (void)state;
    refuse(__HYPERVISOR_memory_op, XENMEM_add_to_physmap, 0, -XEN_EPERM);
    ASSERT_PANIC(outer_map(&memory), "refuses shared_info at frame 0x100000"
                                     ": error -1");
}

static void no_move(void **state)
{
    (void)state;
    assert_true(outer_grant_frame(0) > 0);
    refuse(__HYPERVISOR_memory_op, XENMEM_add_to_physmap, 0, -XEN_EINVAL);
    ASSERT_PANIC(outer_move_frame(0xfeffc, 0x1000, 1),
                 "doesn't move frame 0xfeffc: error -22");
}

/* The kernel is told of it, and does with those it got. */
static void no_more_grant_frames(void **state)
{
    long first = outer_grant_frame(0);

    (void)state;
    assert_true(first > 0);
    refuse(__HYPERVISOR_memory_op, XENMEM_add_to_physmap, 1, -XEN_EINVAL);
    assert_int_equal(outer_grant_frame(1), first + 1);
    assert_int_equal(outer_grant_frame(2), -XEN_EINVAL);
    assert_int_equal(outer_grant_frame(2), first + 2);
    assert_int_equal(outer_grant_frame(1000000), -XEN_EINVAL);
}

static void no_interrupt(void **state)
{
    (void)state;
    refuse(__HYPERVISOR_hvm_op, HVM_PARAM_CALLBACK_IRQ, 0, -XEN_EINVAL);
    ASSERT_PANIC(outer_events_init(), "refuses an interrupt for events");
}

static void numbers_that_it_has_not(void **state)
{
    (void)state;
    smp.acpi_ids[1] = OUTER_CPUS_MAX;
    ASSERT_PANIC(outer_events_init(), "numbers a vCPU 32");
}

static void no_timer(void **state)
{
    (void)state;
    refuse(__HYPERVISOR_event_channel_op, EVTCHNOP_bind_virq, 1,
           -XEN_ENOSPC);
    ASSERT_PANIC(outer_timers_start(), "gives vCPU 1 no timer");
    assert_int_equal(nr_timers, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(pages_lie_behind_everything, start),
        cmocka_unit_test_setup(no_shared_info, start),
        cmocka_unit_test_setup(no_more_grant_frames, start),
        cmocka_unit_test_setup(no_move, start),
        cmocka_unit_test_setup(no_interrupt, start),
        cmocka_unit_test_setup(numbers_that_it_has_not, start),
        cmocka_unit_test_setup(no_timer, start),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
