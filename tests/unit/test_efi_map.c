/* SPDX-License-Identifier: MIT */
/* sources: src/boot/efi_map.c src/boot/memory_map.c */
#include <boot/efi_map.h>

#include "unit_test.h"
#include "efi_map_builder.h"

#define WINDOW 0x10000u
#define WB     EFI_MEMORY_WB

static struct test_efi_map map;
static struct physical_window window = { map.data, WINDOW,
                                         sizeof(map.data) };
static struct boot_info info;

static int start(void **state)
{
    (void)state;
    memset(&map, 0, sizeof(map));
    memset(&info, 0, sizeof(info));
    memory_map_add(&info.memory, 0x1000, 0x2000, MEMORY_NVS);
    return 0;
}

static bool read_map(void)
{
    info.efi.broken_map = false;
    info.efi.map = WINDOW;
    info.efi.map_size = map.size;
    info.efi.descriptor_size = TEST_DESCRIPTOR_SIZE;
    return efi_map_read(&window, &info);
}

static void check_range(unsigned i, uint64_t range_start, uint64_t end,
                        uint32_t type)
{
    assert_true(i < info.memory.nr);
    assert_int_equal(info.memory.ranges[i].start, range_start);
    assert_int_equal(info.memory.ranges[i].end, end);
    assert_int_equal(info.memory.ranges[i].type, type);
}

static void types_become_ours(void **state)
{
    (void)state;
    test_efi_map_add(&map, EfiBootServicesCode, 0, 1, WB);
    test_efi_map_add(&map, EfiConventionalMemory, 0x1000, 0x9f, WB);
    test_efi_map_add(&map, EfiBootServicesData, 0x100000, 0x100, WB);
    test_efi_map_add(&map, EfiLoaderCode, 0x200000, 0x100, WB);
    test_efi_map_add(&map, EfiLoaderData, 0x300000, 0x100, WB);
    test_efi_map_add(&map, EfiACPIMemoryNVS, 0x400000, 8, WB);
    test_efi_map_add(&map, EfiACPIReclaimMemory, 0x408000, 8, WB);
    test_efi_map_add(&map, EfiRuntimeServicesCode, 0x410000, 4,
                     WB | TEST_RUNTIME);
    test_efi_map_add(&map, EfiRuntimeServicesData, 0x414000, 4, WB);
    test_efi_map_add(&map, EfiUnusableMemory, 0x418000, 1, WB);
    test_efi_map_add(&map, EfiMemoryMappedIO, 0xffc00000, 0x400,
                     EFI_MEMORY_UC | TEST_RUNTIME);
    test_efi_map_add(&map, 14, 0x200000000, 1, WB);     /* persistent */

    assert_true(read_map());
    assert_false(info.efi.broken_map);
    assert_int_equal(info.memory_faults, 0);
    assert_int_equal(info.memory.nr, 8);
    check_range(0, 0, 0xa0000, MEMORY_RAM);
    check_range(1, 0x100000, 0x400000, MEMORY_RAM);
    check_range(2, 0x400000, 0x408000, MEMORY_NVS);
    check_range(3, 0x408000, 0x410000, MEMORY_ACPI);
    check_range(4, 0x410000, 0x418000, MEMORY_RESERVED);
    check_range(5, 0x418000, 0x419000, MEMORY_UNUSABLE);
    check_range(6, 0xffc00000, 0x100000000, MEMORY_RESERVED);
    check_range(7, 0x200000000, 0x200001000, MEMORY_RESERVED);
}

static void attributes_take_ram_away(void **state)
{
    (void)state;
    test_efi_map_add(&map, EfiConventionalMemory, 0, 1, WB);
    test_efi_map_add(&map, EfiConventionalMemory, 0x1000, 1,
                     WB | TEST_RUNTIME);
    test_efi_map_add(&map, EfiBootServicesData, 0x2000, 1, EFI_MEMORY_UC);
    assert_true(read_map());
    check_range(0, 0, 0x1000, MEMORY_RAM);
    check_range(1, 0x1000, 0x2000, MEMORY_RESERVED);
    check_range(2, 0x2000, 0x3000, MEMORY_UNUSABLE);
}

static void absurd_lengths_are_cut(void **state)
{
    (void)state;
    test_efi_map_add(&map, EfiConventionalMemory, 0, 16, WB);
    test_efi_map_add(&map, EfiReservedMemoryType, 0x10000, UINT64_MAX, 0);
    test_efi_map_add(&map, EfiConventionalMemory, 0x8000, 0, WB);
    assert_true(read_map());
    assert_true(info.memory_faults & MEMORY_MAP_WRAPS);
    assert_int_equal(memory_map_ram(&info.memory), 0x10000);
    check_range(1, 0x10000, UINT64_MAX, MEMORY_RESERVED);
}

static void check_broken(void)
{
    assert_false(efi_map_read(&window, &info));
    assert_true(info.efi.broken_map);
    assert_int_equal(info.efi.map, 0);
    assert_int_equal(info.memory.nr, 1);
    check_range(0, 0x1000, 0x3000, MEMORY_NVS);
}

static void wrong_sizes_leave_the_loaders_map(void **state)
{
    static const uint32_t sizes[] = { 0, 1, 8, 39, 41, 47, 96 - 1, 257,
                                      0x80000000, UINT32_MAX };

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(sizes); i++) {
        start(NULL);
        test_efi_map_add(&map, EfiConventionalMemory, 0, 0x100, WB);
        test_efi_map_add(&map, EfiConventionalMemory, 0x200000, 1, WB);
        info.efi = (struct boot_efi){ .map = WINDOW, .map_size = map.size,
                                      .descriptor_size = sizes[i] };
        check_broken();
    }
}

static void a_truncated_map_is_none(void **state)
{
    (void)state;
    test_efi_map_add(&map, EfiConventionalMemory, 0, 0x100, WB);
    info.efi = (struct boot_efi){ .map = WINDOW, .map_size = map.size - 1,
                                  .descriptor_size = TEST_DESCRIPTOR_SIZE };
    check_broken();
    info.efi.map = WINDOW + sizeof(map.data) - map.size + 1;
    info.efi.map_size = map.size;
    check_broken();
    info.efi.map = WINDOW;
    info.efi.map_size = 0;
    check_broken();
}

static void a_map_without_ram_is_none(void **state)
{
    (void)state;
    test_efi_map_add(&map, EfiReservedMemoryType, 0, 0x100, WB);
    test_efi_map_add(&map, EfiConventionalMemory, 0x200000, 0, WB);
    test_efi_map_add(&map, EfiConventionalMemory, 0x200000, 1, 0);
    info.efi = (struct boot_efi){ .map = WINDOW, .map_size = map.size,
                                  .descriptor_size = TEST_DESCRIPTOR_SIZE };
    check_broken();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(types_become_ours, start),
        cmocka_unit_test_setup(attributes_take_ram_away, start),
        cmocka_unit_test_setup(absurd_lengths_are_cut, start),
        cmocka_unit_test_setup(wrong_sizes_leave_the_loaders_map, start),
        cmocka_unit_test_setup(a_truncated_map_is_none, start),
        cmocka_unit_test_setup(a_map_without_ram_is_none, start),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
