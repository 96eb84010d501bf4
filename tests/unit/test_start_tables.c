/* SPDX-License-Identifier: MIT */
/* sources: src/guest/start_tables.c */
#include <stdlib.h>
#include <string.h>

#include <guest/start_tables.h>
#include <machine/layout.h>
#include <machine/x86.h>

#include "unit_test.h"

#define MIB (1ull << 20)
#define KERNEL 0xffffffff80000000
#define NR_FRAMES 64
#define FIRST_FRAME 0x1234000ull        /* where they are on the machine */

static uint64_t *memory;
static struct start_tables tables;

static int allocate(void **state)
{
    (void)state;
    memory = aligned_alloc(PAGE_SIZE, NR_FRAMES * PAGE_SIZE);
    memset(memory, 0xa5, NR_FRAMES * PAGE_SIZE);
    return memory ? 0 : -1;
}

static int release(void **state)
{
    (void)state;
    free(memory);
    return 0;
}

/* The entry for `virtual` as a CPU's walk from the L4 finds it. */
static uint64_t walk(uint64_t virtual, uint64_t *upper_flags)
{
    const uint64_t *table = memory;

    *upper_flags = ~0ull;
    for (unsigned shift = 39; shift > 12; shift -= 9) {
        uint64_t entry = table[virtual >> shift & 511];

        if (!(entry & PTE_P))
            return 0;
        *upper_flags &= entry;
        assert_in_range(entry & PTE_FRAME, FIRST_FRAME,
                        FIRST_FRAME + (NR_FRAMES - 1) * PAGE_SIZE);
        table = memory + ((entry & PTE_FRAME) - FIRST_FRAME) / 8;
    }
    return table[virtual >> 12 & 511];
}

static void counts_the_tables(void **state)
{
    (void)state;
    /* L4, L3, L2, and an L1 each 2 MiB. */
    assert_int_equal(start_tables_needed(KERNEL, KERNEL + 2 * MIB), 4);
    assert_int_equal(start_tables_needed(KERNEL, KERNEL + 76 * MIB), 3 + 38);
    /* Two pages on both sides of a border of every level. */
    assert_int_equal(start_tables_needed(0x8000000000 - PAGE_SIZE,
                                         0x8000000000 + PAGE_SIZE), 1 + 2 * 3);
    /* To the very end of the address space. */
    assert_int_equal(start_tables_needed(0xffffffffffe00000, 0), 4);
}

static void maps_what_it_is_told(void **state)
{
    uint64_t base = 0xffffffff80000000, upper;

    (void)state;
    start_tables_init(&tables, memory, FIRST_FRAME, NR_FRAMES);
    for (uint64_t i = 0; i < 1024; i++)
        start_tables_map(&tables, base + i * PAGE_SIZE, 7 * i);
    for (uint64_t i = 0; i < 1024; i++)
        assert_int_equal(walk(base + i * PAGE_SIZE, &upper) & PTE_FRAME,
                         7 * i * PAGE_SIZE);
    assert_int_equal(walk(base + 1024 * PAGE_SIZE, &upper), 0);
    assert_int_equal(walk(0, &upper), 0);
    assert_int_equal((tables.next_address - FIRST_FRAME) / PAGE_SIZE,
                     start_tables_needed(base, base + 4 * MIB));
}

static void nothing_is_for_user_mode(void **state)
{
    uint64_t upper, entry;

    (void)state;
    start_tables_init(&tables, memory, FIRST_FRAME, NR_FRAMES);
    start_tables_map(&tables, 0x8000000000, 42);
    entry = walk(0x8000000000, &upper);
    assert_int_equal(entry & (PTE_P | PTE_RW | PTE_US | PTE_NX | PTE_PS),
                     PTE_P | PTE_RW);
    assert_int_equal(upper & PTE_RW, PTE_RW);
    for (unsigned i = 0; i < 512; i++)
        assert_false(memory[i] & PTE_US);
}

static void goes_on_in_other_frames(void **state)
{
    uint64_t upper;
    uint64_t *others = memory + 40 * 512;

    (void)state;
    start_tables_init(&tables, memory, FIRST_FRAME, 4);
    start_tables_map(&tables, 0xffffffff80000000, 1);
    start_tables_extend(&tables, others, FIRST_FRAME + 40 * PAGE_SIZE);
    start_tables_map(&tables, 0x8000000000, 2);
    assert_int_equal(walk(0x8000000000, &upper) >> 12, 2);
    assert_int_equal(walk(0xffffffff80000000, &upper) >> 12, 1);
    assert_int_equal(memory[1] & PTE_FRAME, FIRST_FRAME + 40 * PAGE_SIZE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(counts_the_tables, allocate, release),
        cmocka_unit_test_setup_teardown(maps_what_it_is_told, allocate,
                                        release),
        cmocka_unit_test_setup_teardown(nothing_is_for_user_mode, allocate,
                                        release),
        cmocka_unit_test_setup_teardown(goes_on_in_other_frames, allocate,
                                        release),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
