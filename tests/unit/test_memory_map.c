/* SPDX-License-Identifier: MIT */
/* sources: src/boot/memory_map.c */
#include <string.h>

#include <boot/memory_map.h>

#include "unit_test.h"

static struct memory_map map;

static int start_empty(void **state)
{
    (void)state;
    memset(&map, 0xa5, sizeof(map));
    map.nr = 0;
    return 0;
}

static void assert_ranges(const struct memory_range *expected, unsigned nr)
{
    assert_int_equal(map.nr, nr);
    for (unsigned i = 0; i < nr; i++) {
        assert_int_equal(map.ranges[i].start, expected[i].start);
        assert_int_equal(map.ranges[i].end, expected[i].end);
        assert_int_equal(map.ranges[i].type, expected[i].type);
    }
}

#define ASSERT_RANGES(...)                                              \
    do {                                                                \
        const struct memory_range expected[] = { __VA_ARGS__ };         \
        assert_ranges(expected, ARRAY_SIZE(expected));                  \
    } while (0)

static void entries_are_sorted(void **state)
{
    (void)state;
    assert_int_equal(memory_map_add(&map, 0x100000, 0x1000, 1), 0);
    assert_int_equal(memory_map_add(&map, 0, 0x1000, 1), 0);
    assert_int_equal(memory_map_add(&map, 0x8000, 0x1000, 2), 0);
    ASSERT_RANGES({ 0, 0x1000, 1 }, { 0x8000, 0x9000, 2 },
                  { 0x100000, 0x101000, 1 });
}

static void neighbours_are_joined(void **state)
{
    (void)state;
    memory_map_add(&map, 0x1000, 0x1000, 1);
    memory_map_add(&map, 0x3000, 0x1000, 1);
    assert_int_equal(memory_map_add(&map, 0x2000, 0x1000, 1), 0);
    ASSERT_RANGES({ 0x1000, 0x4000, 1 });
    assert_int_equal(memory_map_add(&map, 0x4000, 0x1000, 2), 0);
    ASSERT_RANGES({ 0x1000, 0x4000, 1 }, { 0x4000, 0x5000, 2 });
}

static void ram_loses(void **state)
{
    (void)state;
    memory_map_add(&map, 0x1000, 0x9000, MEMORY_RAM);
    assert_int_equal(memory_map_add(&map, 0x3000, 0x1000, MEMORY_ACPI),
                     MEMORY_MAP_OVERLAPS);
    ASSERT_RANGES({ 0x1000, 0x3000, 1 }, { 0x3000, 0x4000, 3 },
                  { 0x4000, 0xa000, 1 });
    assert_int_equal(memory_map_add(&map, 0x2000, 0x9000, MEMORY_RAM),
                     MEMORY_MAP_OVERLAPS);
    ASSERT_RANGES({ 0x1000, 0x3000, 1 }, { 0x3000, 0x4000, 3 },
                  { 0x4000, 0xb000, 1 });
}

static void unknown_types_beat_reserved(void **state)
{
    (void)state;
    memory_map_add(&map, 0, 0x4000, MEMORY_RESERVED);
    memory_map_add(&map, 0x1000, 0x1000, 12);
    memory_map_add(&map, 0x1000, 0x2000, MEMORY_RESERVED);
    ASSERT_RANGES({ 0, 0x1000, 2 }, { 0x1000, 0x2000, 12 },
                  { 0x2000, 0x4000, 2 });
    memory_map_add(&map, 0x1000, 0x1000, MEMORY_UNUSABLE);
    ASSERT_RANGES({ 0, 0x1000, 2 }, { 0x1000, 0x2000, 5 },
                  { 0x2000, 0x4000, 2 });
}

static void empty_entries_are_ignored(void **state)
{
    (void)state;
    assert_int_equal(memory_map_add(&map, 0x1000, 0, 1), MEMORY_MAP_EMPTY);
    assert_int_equal(map.nr, 0);
}

static void wrapping_entries_are_cut(void **state)
{
    (void)state;
    assert_int_equal(memory_map_add(&map, 0xfffffffffffff000, 0x2000, 2),
                     MEMORY_MAP_WRAPS);
    ASSERT_RANGES({ 0xfffffffffffff000, UINT64_MAX, 2 });
}

static void the_last_byte_does_not_wrap(void **state)
{
    (void)state;
    assert_int_equal(memory_map_add(&map, 0xfffffffffffff000, 0x1000, 2), 0);
    ASSERT_RANGES({ 0xfffffffffffff000, UINT64_MAX, 2 });
}

static void set_wins_always(void **state)
{
    (void)state;
    memory_map_add(&map, 0x1000, 0x1000, MEMORY_UNUSABLE);
    assert_true(memory_map_set(&map, 0, 0x1800, MEMORY_RAM));
    ASSERT_RANGES({ 0, 0x1800, 1 }, { 0x1800, 0x2000, 5 });
    assert_true(memory_map_set(&map, 0x1900, 0x1a00, MEMORY_RAM));
    ASSERT_RANGES({ 0, 0x1800, 1 }, { 0x1800, 0x1900, 5 },
                  { 0x1900, 0x1a00, 1 }, { 0x1a00, 0x2000, 5 });
    assert_true(memory_map_set(&map, 0x400, 0x3000, MEMORY_NVS));
    ASSERT_RANGES({ 0, 0x400, 1 }, { 0x400, 0x3000, 4 });
    assert_true(memory_map_set(&map, 0x2000, 0x2000, MEMORY_RAM));
    ASSERT_RANGES({ 0, 0x400, 1 }, { 0x400, 0x3000, 4 });
}

/* As many single pages of RAM as there's room for, with gaps between. */
static void fill(uint64_t page)
{
    for (unsigned i = 0; i < MEMORY_RANGES_MAX; i++)
        assert_int_equal(memory_map_add(&map, i * 2 * page, page,
                                        MEMORY_RAM), 0);
    assert_int_equal(map.nr, MEMORY_RANGES_MAX);
}

static void a_full_map_is_left_alone_by_set(void **state)
{
    struct memory_map before;

    (void)state;
    fill(0x1000);
    before = map;
    assert_false(memory_map_set(&map, 0x100, 0x200, MEMORY_RESERVED));
    assert_false(memory_map_set(&map, 0x1400, 0x1800, MEMORY_RESERVED));
    assert_memory_equal(&map, &before, sizeof(map));
    assert_true(memory_map_set(&map, 0x1000, 0x2000, MEMORY_RAM));
    assert_int_equal(map.nr, MEMORY_RANGES_MAX - 1);
}

static void a_full_map_drops_ram(void **state)
{
    struct memory_map before;

    (void)state;
    fill(0x1000);
    before = map;
    assert_int_equal(memory_map_add(&map, 1ull << 32, 0x1000, MEMORY_RAM),
                     MEMORY_MAP_FULL);
    assert_memory_equal(&map, &before, sizeof(map));
}

static void a_full_map_keeps_what_is_not_ram_out(void **state)
{
    (void)state;
    fill(0x1000);
    assert_int_equal(memory_map_add(&map, 0x2c00, 0x200, MEMORY_RESERVED),
                     MEMORY_MAP_FULL | MEMORY_MAP_OVERLAPS);
    assert_int_equal(map.nr, MEMORY_RANGES_MAX);
    assert_int_equal(map.ranges[1].start, 0x2000);
    assert_int_equal(map.ranges[1].end, 0x2c00);
    assert_int_equal(memory_map_add(&map, 0x4100, 0x200, MEMORY_RESERVED),
                     MEMORY_MAP_FULL | MEMORY_MAP_OVERLAPS);
    assert_int_equal(map.ranges[2].start, 0x4300);
    assert_int_equal(map.ranges[2].end, 0x5000);
}

static void ram_is_rounded_inwards(void **state)
{
    (void)state;
    memory_map_add(&map, 0x800, 0x3000, MEMORY_RAM);
    memory_map_add(&map, 0x5001, 0x1ffe, MEMORY_RAM);
    memory_map_add(&map, 0x8000, 0x2000, MEMORY_RAM);
    memory_map_round(&map);
    ASSERT_RANGES({ 0x1000, 0x3000, 1 }, { 0x8000, 0xa000, 1 });
}

static void the_rest_is_rounded_outwards(void **state)
{
    (void)state;
    memory_map_add(&map, 0, 0x9fc00, MEMORY_RAM);
    memory_map_add(&map, 0x9fc00, 0x400, MEMORY_RESERVED);
    memory_map_add(&map, 0x100000, 0x700800, MEMORY_RAM);
    memory_map_add(&map, 0x800800, 0x10, MEMORY_ACPI);
    memory_map_add(&map, 0x800900, 0x10, MEMORY_RESERVED);
    memory_map_add(&map, 0x800a00, 0x800, MEMORY_NVS);
    memory_map_round(&map);
    ASSERT_RANGES({ 0, 0x9f000, 1 }, { 0x9f000, 0xa0000, 2 },
                  { 0x100000, 0x800000, 1 }, { 0x800000, 0x801000, 2 },
                  { 0x801000, 0x802000, 4 });
}

static void the_end_of_the_address_space_is_rounded(void **state)
{
    (void)state;
    memory_map_add(&map, 0xffffffffffffe800, UINT64_MAX, MEMORY_RESERVED);
    memory_map_round(&map);
    ASSERT_RANGES({ 0xffffffffffffe000, 0xfffffffffffff000, 2 });
    map.nr = 0;
    memory_map_add(&map, 0xfffffffffffff800, 0x100, MEMORY_RAM);
    memory_map_round(&map);
    assert_int_equal(map.nr, 0);
}

static void places_are_found(void **state)
{
    (void)state;
    memory_map_add(&map, 0x1000, 0xf000, MEMORY_RAM);
    memory_map_add(&map, 0x10000, 0x1000, MEMORY_RESERVED);
    memory_map_add(&map, 0x11000, 0xf000, MEMORY_RAM);

    assert_int_equal(memory_map_find(&map, 0x1000, 1, 0, UINT64_MAX, false),
                     0x1000);
    assert_int_equal(memory_map_find(&map, 0x1000, 0x4000, 0, UINT64_MAX,
                                     false), 0x4000);
    assert_int_equal(memory_map_find(&map, 0x1000, 1, 0, UINT64_MAX, true),
                     0x1f000);
    assert_int_equal(memory_map_find(&map, 0x2000, 0x4000, 0, UINT64_MAX,
                                     true), 0x1c000);
    assert_int_equal(memory_map_find(&map, 0x1000, 0x1000, 0, 0x1ff00, true),
                     0x1e000);
    assert_int_equal(memory_map_find(&map, 0x1000, 0x1000, 0x1800, 0x12000,
                                     true), 0x11000);
    assert_int_equal(memory_map_find(&map, 0xf000, 1, 0x1001, UINT64_MAX,
                                     false), 0x11000);
    assert_int_equal(memory_map_find(&map, 0x10000, 1, 0, UINT64_MAX, true),
                     UINT64_MAX);
    assert_int_equal(memory_map_find(&map, 0xf000, 0x10000, 0, UINT64_MAX,
                                     true), UINT64_MAX);
    assert_int_equal(memory_map_find(&map, 0, 1, 0, UINT64_MAX, true),
                     UINT64_MAX);
}

static void is_asks_for_all_of_it(void **state)
{
    (void)state;
    memory_map_add(&map, 0x1000, 0x3000, MEMORY_RAM);
    memory_map_add(&map, 0x4000, 0x1000, MEMORY_ACPI);
    assert_true(memory_map_is(&map, 0x1000, 0x4000, MEMORY_RAM));
    assert_true(memory_map_is(&map, 0x1234, 0x1235, MEMORY_RAM));
    assert_false(memory_map_is(&map, 0xfff, 0x1001, MEMORY_RAM));
    assert_false(memory_map_is(&map, 0x3000, 0x4001, MEMORY_RAM));
    assert_false(memory_map_is(&map, 0x4000, 0x5000, MEMORY_RAM));
    assert_false(memory_map_is(&map, 0x5000, 0x6000, MEMORY_RAM));
    assert_int_equal(memory_map_ram(&map), 0x3000);
}

#define MODEL_SIZE 64u
#define MODEL_RUNS 2000

static const unsigned model_ranks[] = { 0, 1, 4, 2, 3, 6, 5 };

/* What is to come out, byte by byte; 0: in no range. */
static void model_add(uint8_t *model, unsigned start, unsigned size,
                      unsigned type)
{
    for (unsigned i = start; i < start + size; i++)
        if (model_ranks[type] > model_ranks[model[i]])
            model[i] = type;
}

static void assert_model(const uint8_t *model)
{
    uint8_t shown[MODEL_SIZE] = { 0 };

    for (unsigned i = 0; i < map.nr; i++) {
        const struct memory_range *range = &map.ranges[i];

        assert_true(range->start < range->end);
        assert_true(range->end <= MODEL_SIZE);
        if (i > 0) {
            assert_true(range[-1].end <= range->start);
            assert_false(range[-1].end == range->start
                         && range[-1].type == range->type);
        }
        memset(shown + range->start, range->type,
               range->end - range->start);
    }
    assert_memory_equal(shown, model, MODEL_SIZE);
}

static void any_order_gives_what_a_model_gives(void **state)
{
    uint32_t seed = 1;

    (void)state;
    for (unsigned run = 0; run < MODEL_RUNS; run++) {
        uint8_t model[MODEL_SIZE] = { 0 };

        map.nr = 0;
        for (unsigned i = 0; i < 12; i++) {
            unsigned start = test_random(&seed) % (MODEL_SIZE - 16);
            unsigned size = 1 + test_random(&seed) % 16;
            unsigned type = 1 + test_random(&seed) % 6;

            if (test_random(&seed) % 4 == 0) {
                memset(model + start, type, size);
                assert_true(memory_map_set(&map, start, start + size,
                                           type));
            } else {
                model_add(model, start, size, type);
                memory_map_add(&map, start, size, type);
            }
            assert_model(model);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(entries_are_sorted, start_empty),
        cmocka_unit_test_setup(neighbours_are_joined, start_empty),
        cmocka_unit_test_setup(ram_loses, start_empty),
        cmocka_unit_test_setup(unknown_types_beat_reserved, start_empty),
        cmocka_unit_test_setup(empty_entries_are_ignored, start_empty),
        cmocka_unit_test_setup(wrapping_entries_are_cut, start_empty),
        cmocka_unit_test_setup(the_last_byte_does_not_wrap, start_empty),
        cmocka_unit_test_setup(set_wins_always, start_empty),
        cmocka_unit_test_setup(a_full_map_is_left_alone_by_set, start_empty),
        cmocka_unit_test_setup(a_full_map_drops_ram, start_empty),
        cmocka_unit_test_setup(a_full_map_keeps_what_is_not_ram_out,
                               start_empty),
        cmocka_unit_test_setup(ram_is_rounded_inwards, start_empty),
        cmocka_unit_test_setup(the_rest_is_rounded_outwards, start_empty),
        cmocka_unit_test_setup(the_end_of_the_address_space_is_rounded,
                               start_empty),
        cmocka_unit_test_setup(places_are_found, start_empty),
        cmocka_unit_test_setup(is_asks_for_all_of_it, start_empty),
        cmocka_unit_test_setup(any_order_gives_what_a_model_gives,
                               start_empty),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
