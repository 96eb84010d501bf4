/* SPDX-License-Identifier: MIT */
/* sources: src/guest/hypercall_page.c */
/* What hardware and kernels read bit by bit. */
#include <string.h>

#include <entry/frame.h>
#include <guest/hypercall_page.h>
#include <machine/descriptor.h>

#include "unit_test.h"

static void gates_have_the_sdm_layout(void **state)
{
    struct gate gate = make_gate(0xffff82d0a0001234, 3, 2);
    uint8_t bytes[16];

    (void)state;
    memcpy(bytes, &gate, sizeof bytes);
    const uint8_t expected[16] = {
        0x34, 0x12,                     /* offset 15:0 */
        0x08, 0xe0,                     /* RING0_CS */
        0x02,                           /* IST */
        0xee,                           /* present, DPL 3, interrupt gate */
        0x00, 0xa0,                     /* offset 31:16 */
        0xd0, 0x82, 0xff, 0xff,         /* offset 63:32 */
        0, 0, 0, 0,
    };
    assert_memory_equal(bytes, expected, sizeof bytes);
}

static void system_descriptors_have_the_sdm_layout(void **state)
{
    uint64_t descriptor[2];
    uint8_t bytes[16];

    (void)state;
    make_system_descriptor(descriptor, 0xffff82d0a1234567, 0x5aabc, 9);
    memcpy(bytes, descriptor, sizeof bytes);
    const uint8_t expected[16] = {
        0xbc, 0xaa,                     /* limit 15:0 */
        0x67, 0x45, 0x23,               /* base 23:0 */
        0x89,                           /* present, DPL 0, TSS */
        0x05,                           /* limit 19:16, in bytes */
        0xa1,                           /* base 31:24 */
        0xd0, 0x82, 0xff, 0xff,         /* base 63:32 */
        0, 0, 0, 0,
    };
    assert_memory_equal(bytes, expected, sizeof bytes);
}

static void flat_segments_differ_where_they_should(void **state)
{
    (void)state;
    assert_int_equal(DESCRIPTOR_CODE64(3ull) - DESCRIPTOR_CODE64(0ull),
                     3ull << 45);
    assert_int_equal(DESCRIPTOR_CODE64(0ull) >> 53 & 3, 1);    /* L, not D */
    assert_int_equal(DESCRIPTOR_CODE32(3ull) >> 53 & 3, 2);    /* D, not L */
    assert_int_equal(DESCRIPTOR_DATA(0ull) >> 40 & 0xf, 3);    /* data, RW, A */
    assert_int_equal(RING0_SS, RING0_CS + 8);
    assert_int_equal(SYSRET_CS, SYSRET_BASE + 16);
    assert_int_equal(SYSRET_SS, SYSRET_BASE + 8);
}

/* SDM volume 3, table 6-1. */
static void error_codes_come_with_the_right_vectors(void **state)
{
    static const bool expected[32] = {
        [8] = 1, [10] = 1, [11] = 1, [12] = 1, [13] = 1, [14] = 1, [17] = 1,
        [21] = 1, [29] = 1, [30] = 1,
    };

    (void)state;
    for (unsigned vector = 0; vector < 256; vector++)
        assert_int_equal(vector_has_error(vector),
                         vector < 32 && expected[vector]);
}

static void hypercall_slots_are_xens(void **state)
{
    static uint8_t page[4096];
    const uint8_t normal[] = { 0x51, 0x41, 0x53, 0xb8, 26, 0, 0, 0,
                               0x0f, 0x05, 0x41, 0x5b, 0x59, 0xc3, 0xcc };
    const uint8_t iret[] = { 0x51, 0x41, 0x53, 0x50, 0xb8, 23, 0, 0, 0,
                             0x0f, 0x05, 0xcc };

    (void)state;
    hypercall_page_fill(page, false);
    assert_memory_equal(page + 26 * 32, normal, sizeof normal);
    assert_memory_equal(page + 23 * 32, iret, sizeof iret);
    assert_int_equal(page[127 * 32 + 4], 127);
}

/* The entry stubs' labels; what counts is where they lie in the template. */
const char entry_template[4096];
extern const char page_mmu_update[], page_mmuext_op[], page_stack_switch[],
    page_set_segment_base[], page_iret[], page_update_va_mapping[],
    page_xen_version[];
__asm__ (".set page_mmu_update, entry_template + 0x100\n"
         ".set page_mmuext_op, entry_template + 0x200\n"
         ".set page_stack_switch, entry_template + 0x300\n"
         ".set page_set_segment_base, entry_template + 0x400\n"
         ".set page_iret, entry_template + 0x500\n"
         ".set page_update_va_mapping, entry_template + 0x600\n"
         ".set page_xen_version, entry_template + 0x700\n"
         ".globl page_mmu_update, page_mmuext_op, page_stack_switch,"
         " page_set_segment_base, page_iret, page_update_va_mapping,"
         " page_xen_version");

/* What LSL of AREA_SELECTOR gives with a CPU's area at `area`. */
static uint64_t limit_of(uint64_t area)
{
    uint64_t descriptor = DESCRIPTOR_LIMIT(area);

    assert_int_equal(descriptor >> 55 & 1, 1);          /* granularity */
    return ((descriptor & 0xffff) | (descriptor >> 32 & 0xf0000)) << 12
           | 0xfff;
}

static void direct_slots_jump_to_the_cpus_stubs(void **state)
{
    static uint8_t page[4096];
    const uint64_t area = 0xffff82d0a0000000 + 511 * 0x40000ull;
    uint64_t added;

    (void)state;
    hypercall_page_fill(page, true);
    assert_int_equal(page[1 * 32], 0xfa);
    memcpy(&added, page + 1 * 32 + 24, sizeof added);
    assert_int_equal(added + limit_of(area), area + 0x100);
    assert_int_equal(page[23 * 32], 0xfa);
    memcpy(&added, page + 23 * 32 + 24, sizeof added);
    assert_int_equal(added + limit_of(area), area + 0x500);
    assert_int_equal(page[13 * 32], 0x51);              /* by SYSCALL */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gates_have_the_sdm_layout),
        cmocka_unit_test(system_descriptors_have_the_sdm_layout),
        cmocka_unit_test(flat_segments_differ_where_they_should),
        cmocka_unit_test(error_codes_come_with_the_right_vectors),
        cmocka_unit_test(hypercall_slots_are_xens),
        cmocka_unit_test(direct_slots_jump_to_the_cpus_stubs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
