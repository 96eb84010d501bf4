/* SPDX-License-Identifier: MIT */
/* Thread-local segments in the GDT, by set_thread_area. */
#include "runtime.h"
#include "signals.h"

#include <asm/ldt.h>
#include <linux/mman.h>

static uint32_t block[16];

static int set_area(int entry, uint32_t base)
{
    struct user_desc area = {
        .entry_number = entry, .base_addr = base, .limit = 0xfffff,
        .seg_32bit = 1, .limit_in_pages = 1, .useable = 1,
    };
    long result = CALL1(__NR_set_thread_area, &area);
    return result < 0 ? result : (int)area.entry_number;
}

static uint16_t selector_of(int entry)
{
    return entry << 3 | 3;
}

static uint32_t read_by_gs(uint32_t offset)
{
    uint32_t value;
    asm volatile("movl %%gs:(%1), %0" : "=r"(value) : "r"(offset));
    return value;
}

static void load_gs(uint16_t selector)
{
    asm volatile("mov %0, %%gs" : : "r"(selector));
}

static void allocate(void)
{
    int first = set_area(-1, (uint32_t)block), second, third, fourth;
    second = set_area(-1, (uint32_t)block);
    third = set_area(-1, (uint32_t)block);
    fourth = set_area(-1, (uint32_t)block);
    observe_here("%d %d %d %d", first, second, third, fourth);
    observe_here("%d %d", set_area(11, 0), set_area(15, 0));
}

static void use(void)
{
    block[3] = 0xabcdef01;
    load_gs(selector_of(set_area(-1, (uint32_t)block)));
    observe_here("0x%x", read_by_gs(12));
}

/* The loaded segment changes when its descriptor does. */
static void change_while_loaded(void)
{
    block[3] = 1;
    block[7] = 2;
    int entry = set_area(-1, (uint32_t)block);
    load_gs(selector_of(entry));
    uint32_t before = read_by_gs(12);
    set_area(entry, (uint32_t)(block + 4));
    load_gs(selector_of(entry));
    observe_here("%d %d", (int)before, (int)read_by_gs(12));
}

static void get(void)
{
    struct user_desc area = { .entry_number = set_area(-1, 0x1234000) };
    long result = CALL1(__NR_get_thread_area, &area);
    observe_here("%d base=0x%x limit=0x%x 32bit=%d pages=%d contents=%d "
                 "absent=%d useable=%d", (int)result, area.base_addr,
                 area.limit, area.seg_32bit, area.limit_in_pages,
                 area.contents, area.seg_not_present, area.useable);
}

/* Many processes, each with its own base in the same entry. */
static void switches(void)
{
    enum { PROCESSES = 6, ROUNDS = 300 };
    int ends[2], wrong = 0;
    CALL1(__NR_pipe, ends);
    for (int p = 0; p < PROCESSES; p++) {
        if (CALL0(__NR_fork) != 0)
            continue;
        char bad = 0;
        block[p] = 1000 + p;
        load_gs(selector_of(set_area(-1, (uint32_t)(block + p))));
        for (int i = 0; i < ROUNDS; i++) {
            bad |= read_by_gs(0) != 1000u + p;
            CALL0(__NR_sched_yield);
        }
        CALL3(__NR_write, ends[1], &bad, 1);
        exit_now(0);
    }
    for (int p = 0; p < PROCESSES; p++) {
        char bad = 1;
        CALL3(__NR_read, ends[0], &bad, 1);
        wrong += bad;
    }
    observe_here("wrong in %d", wrong);
}

static void inherited(void)
{
    int status;
    block[0] = 77;
    load_gs(selector_of(set_area(-1, (uint32_t)block)));
    long child = CALL0(__NR_fork);
    if (child == 0)
        exit_now(read_by_gs(0));
    CALL3(__NR_waitpid, child, &status, 0);
    observe_here("%d", status >> 8);
}

static void deleted(void)
{
    int entry = set_area(-1, (uint32_t)block);
    struct user_desc empty = {
        .entry_number = entry, .read_exec_only = 1, .seg_not_present = 1,
    };
    load_gs(selector_of(entry));
    long result = CALL1(__NR_set_thread_area, &empty);
    uint32_t gs;
    asm volatile("mov %%gs, %0" : "=r"(gs));
    observe_here("%d gs=0x%x", (int)result, gs);
    expect_fault(0);
    asm volatile(MARK "movl %%gs:0, %%eax" : : : "eax");
    no_fault();
}

static void data_only(void)
{
    /* A code segment is refused. */
    struct user_desc area = {
        .entry_number = -1, .limit = 0xfffff, .seg_32bit = 1, .contents = 2,
        .limit_in_pages = 1, .useable = 1,
    };
    observe_here("%d", (int)CALL1(__NR_set_thread_area, &area));
}

static void limit(void)
{
    struct user_desc area = {
        .entry_number = -1, .base_addr = (uint32_t)block, .limit = 15,
        .seg_32bit = 1, .useable = 1,
    };
    CALL1(__NR_set_thread_area, &area);
    load_gs(selector_of(area.entry_number));
    observe_here("inside 0x%x", read_by_gs(12));
    expect_fault(0);
    asm volatile(MARK "movl %%gs:13, %%eax" : : : "eax");
    no_fault();
}

void check_thread_areas(void)
{
    check("thread-area-allocate", allocate);
    check("thread-area-use", use);
    check("thread-area-change", change_while_loaded);
    check("thread-area-get", get);
    check("thread-area-switches", switches);
    check("thread-area-fork", inherited);
    check("thread-area-delete", deleted);
    check("thread-area-code", data_only);
    check("thread-area-limit", limit);
}
