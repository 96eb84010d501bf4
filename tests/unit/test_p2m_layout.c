/* SPDX-License-Identifier: MIT */
/* sources: src/guest/p2m_layout.c src/guest/sequence.c */
/* sources: src/boot/memory_map.c */
#include <stdlib.h>
#include <string.h>

#include <guest/p2m_layout.h>

#include "unit_test.h"

#define PAGE 0x1000ull
#define GIB  (1ull << 30)

static struct memory_map map;

static void add(uint64_t first_frame, uint64_t frames, uint32_t type)
{
    assert_int_equal(memory_map_add(&map, first_frame * PAGE, frames * PAGE,
                                    type), 0);
}

static int start_empty(void **state)
{
    (void)state;
    map.nr = 0;
    return 0;
}

static void without_holes_it_is_the_identity(void **state)
{
    uint64_t p2m[8], m2p[10];

    (void)state;
    add(0, 8, MEMORY_RAM);
    assert_int_equal(p2m_layout_pages(&map), 8);
    p2m_layout_fill(&map, 8, p2m);
    m2p_layout_fill(&map, 8, m2p, 10);
    for (unsigned i = 0; i < 8; i++) {
        assert_int_equal(p2m[i], i);
        assert_int_equal(m2p[i], i);
    }
    assert_int_equal(m2p[8], M2P_INVALID);
    assert_int_equal(m2p[9], M2P_INVALID);
}

static void holes_get_the_frames_behind_nr_pages(void **state)
{
    static const uint64_t expected[] = { 0, 1, 10, 3, 4, 12, 13, 7 };
    static const uint64_t inverse[] = {
        0, 1, M2P_INVALID, 3, 4, M2P_INVALID, M2P_INVALID, 7, M2P_INVALID,
        M2P_INVALID, 2, M2P_INVALID, 5, 6,
    };
    uint64_t p2m[8], m2p[14];

    (void)state;
    add(0, 2, MEMORY_RAM);              /* 2 is in no range */
    add(3, 2, MEMORY_RAM);
    add(5, 2, MEMORY_RESERVED);
    add(7, 1, MEMORY_RAM);
    add(10, 1, MEMORY_RAM);
    add(11, 1, MEMORY_ACPI);
    add(12, 2, MEMORY_RAM);
    assert_int_equal(p2m_layout_pages(&map), 8);
    p2m_layout_fill(&map, 8, p2m);
    assert_memory_equal(p2m, expected, sizeof(expected));
    m2p_layout_fill(&map, 8, m2p, 14);
    assert_memory_equal(m2p, inverse, sizeof(inverse));
}

static void nr_pages_may_cut_a_range(void **state)
{
    static const uint64_t expected[] = { 0, 5, 6, 3, 4 };
    uint64_t p2m[5];

    (void)state;
    add(0, 1, MEMORY_RAM);
    add(3, 4, MEMORY_RAM);
    assert_int_equal(p2m_layout_pages(&map), 5);
    p2m_layout_fill(&map, 5, p2m);
    assert_memory_equal(p2m, expected, sizeof(expected));
}

static void fewer_pages_than_ram_will_do(void **state)
{
    static const uint64_t expected[] = { 4, 5 };
    uint64_t p2m[2], m2p[8];

    (void)state;
    add(4, 4, MEMORY_RAM);
    p2m_layout_fill(&map, 2, p2m);
    assert_memory_equal(p2m, expected, sizeof(expected));
    m2p_layout_fill(&map, 2, m2p, 8);
    assert_int_equal(m2p[4], 0);
    assert_int_equal(m2p[5], 1);
    assert_int_equal(m2p[6], M2P_INVALID);
}

static void more_pages_than_ram_end_early(void **state)
{
    struct p2m_cursor cursor;
    struct p2m_run run;

    (void)state;
    add(1, 2, MEMORY_RAM);
    p2m_layout_start(&cursor, &map, 3);
    assert_false(p2m_layout_next(&cursor, &run));
    map.nr = 0;
    p2m_layout_start(&cursor, &map, 3);
    assert_false(p2m_layout_next(&cursor, &run));
}

static void m2p_ends_at_max_mfn(void **state)
{
    uint64_t m2p[5] = { 0, 0, 0, 0, 4711 };

    (void)state;
    add(0, 8, MEMORY_RAM);
    m2p_layout_fill(&map, 8, m2p, 4);
    assert_int_equal(m2p[3], 3);
    assert_int_equal(m2p[4], 4711);
}

static bool is_ram(uint64_t frame)
{
    return memory_map_is(&map, frame * PAGE, (frame + 1) * PAGE, MEMORY_RAM);
}

/* The rule, one frame at a time. */
static void model_fill(uint64_t nr_pages, uint64_t *p2m)
{
    uint64_t spare = nr_pages;

    for (uint64_t pfn = 0; pfn < nr_pages; pfn++) {
        p2m[pfn] = pfn;
        if (is_ram(pfn))
            continue;
        while (!is_ram(spare))
            spare++;
        p2m[pfn] = spare++;
    }
}

static void any_map_gives_what_the_rule_gives(void **state)
{
    uint64_t p2m[512], model[512], m2p[512];
    uint32_t seed = 7;

    for (unsigned run = 0; run < 300; run++) {
        start_empty(state);
        for (uint64_t frame = 0; frame < 400;) {
            uint64_t frames = 1 + test_random(&seed) % 30;

            if (test_random(&seed) % 3 > 0)
                add(frame, frames, 1 + test_random(&seed) % 2);
            frame += frames;
        }

        uint64_t nr_pages = p2m_layout_pages(&map);

        p2m_layout_fill(&map, nr_pages, p2m);
        model_fill(nr_pages, model);
        assert_memory_equal(p2m, model, nr_pages * sizeof(p2m[0]));

        m2p_layout_fill(&map, nr_pages, m2p, 512);
        for (uint64_t pfn = 0; pfn < nr_pages; pfn++)
            assert_int_equal(m2p[p2m[pfn]], pfn);
        for (uint64_t mfn = 0; mfn < 512; mfn++)
            if (m2p[mfn] != M2P_INVALID)
                assert_int_equal(p2m[m2p[mfn]], mfn);
    }
}

/* Linux' own remapping, as the header tells it, ends in the identity. */
static void linux_ends_with_the_identity(void **state)
{
    uint64_t nr_pages, *p2m, hole = 0, remap;

    (void)state;
    add(0, 0x80, MEMORY_RAM);
    add(0xf0, 0x10, MEMORY_RESERVED);
    add(0x100, 0xbfee0 - 0x100, MEMORY_RAM);
    add(0xbfee0, 0x40120, MEMORY_RESERVED);
    add(0x100000, 0x40000, MEMORY_RAM);
    nr_pages = p2m_layout_pages(&map);
    p2m = calloc(0x140000, sizeof(*p2m));
    p2m_layout_fill(&map, nr_pages, p2m);

    remap = nr_pages;
    for (hole = 0; hole < nr_pages; hole++) {
        if (is_ram(hole))
            continue;
        while (!is_ram(remap))
            remap++;
        p2m[remap++] = p2m[hole];
        p2m[hole] = hole;
    }
    for (uint64_t pfn = 0; pfn < 0x140000; pfn++)
        if (is_ram(pfn))
            assert_int_equal(p2m[pfn], pfn);
    free(p2m);
}

static void sixteen_gib_take_few_runs(void **state)
{
    struct p2m_cursor cursor;
    struct p2m_run run;
    unsigned runs = 0;
    uint64_t frames = 0;

    (void)state;
    add(0, 3 * GIB / PAGE, MEMORY_RAM);
    add(4 * GIB / PAGE, 13 * GIB / PAGE, MEMORY_RAM);
    p2m_layout_start(&cursor, &map, p2m_layout_pages(&map));
    while (p2m_layout_next(&cursor, &run)) {
        runs++;
        frames += run.count;
    }
    assert_int_equal(runs, 3);
    assert_int_equal(frames, 16 * GIB / PAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(without_holes_it_is_the_identity,
                               start_empty),
        cmocka_unit_test_setup(holes_get_the_frames_behind_nr_pages,
                               start_empty),
        cmocka_unit_test_setup(nr_pages_may_cut_a_range, start_empty),
        cmocka_unit_test_setup(fewer_pages_than_ram_will_do, start_empty),
        cmocka_unit_test_setup(more_pages_than_ram_end_early, start_empty),
        cmocka_unit_test_setup(m2p_ends_at_max_mfn, start_empty),
        cmocka_unit_test_setup(any_map_gives_what_the_rule_gives,
                               start_empty),
        cmocka_unit_test_setup(linux_ends_with_the_identity, start_empty),
        cmocka_unit_test_setup(sixteen_gib_take_few_runs, start_empty),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
