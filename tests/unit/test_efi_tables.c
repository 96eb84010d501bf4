/* SPDX-License-Identifier: MIT */
/* sources: src/machine/efi_tables.c */
#include <machine/efi_tables.h>
#include <machine/paging.h>

#include "unit_test.h"
#include "efi_map_builder.h"

#define WB (EFI_MEMORY_WB | TEST_RUNTIME)
#define UC (EFI_MEMORY_UC | TEST_RUNTIME)

static struct test_efi_map test_map;
static struct efi_map map;

static struct {
    uint64_t machine, size, flags;
} mapped[8];
static unsigned nr_mapped;

/* What efi_tables.c asks of paging.c. */
uint64_t paging_new_l4(void)
{
    return 0x1000;
}

void paging_map_in(uint64_t l4, uint64_t virtual, uint64_t machine,
                   uint64_t size, uint64_t flags)
{
    assert_int_equal(l4, 0x1000);
    assert_int_equal(virtual, machine);
    assert_true(nr_mapped < ARRAY_SIZE(mapped));
    mapped[nr_mapped].machine = machine;
    mapped[nr_mapped].size = size;
    mapped[nr_mapped++].flags = flags;
}

static int start(void **state)
{
    (void)state;
    memset(&test_map, 0, sizeof(test_map));
    nr_mapped = 0;
    return 0;
}

static void add(uint32_t type, uint64_t address, uint64_t pages,
                uint64_t attribute)
{
    test_efi_map_add(&test_map, type, address, pages, attribute);
    map = (struct efi_map){ test_map.data, test_map.size,
                            TEST_DESCRIPTOR_SIZE };
}

static void only_the_firmwares_own_is_mapped(void **state)
{
    (void)state;
    add(EfiConventionalMemory, 0x1000, 0x100, EFI_MEMORY_WB);
    add(EfiRuntimeServicesCode, 0x200000, 1, WB);
    add(EfiRuntimeServicesData, 0x201000, 2, EFI_MEMORY_WB | EFI_MEMORY_XP);
    add(EfiMemoryMappedIO, 0xffc00000, 0x400, UC);
    add(EfiMemoryMappedIO, 0xe0000000, 0, UC);
    assert_null(efi_tables_refuse(&map));
    assert_int_equal(efi_tables_build(&map), 0x1000);
    assert_int_equal(nr_mapped, 3);
    assert_int_equal(mapped[0].machine, 0x200000);
    assert_int_equal(mapped[0].flags, PTE_P | PTE_RW | PTE_A | PTE_D);
    assert_int_equal(mapped[1].size, 0x2000);
    assert_int_equal(mapped[1].flags, MAP_DATA);
    assert_int_equal(mapped[2].machine, 0xffc00000);
    assert_int_equal(mapped[2].size, 0x400000);
    assert_int_equal(mapped[2].flags & (PTE_PCD | PTE_PWT),
                     PTE_PCD | PTE_PWT);
}

static void memory_is_the_firmwares_or_not(void **state)
{
    (void)state;
    add(EfiConventionalMemory, 0x1000, 0x100, EFI_MEMORY_WB);
    add(EfiRuntimeServicesData, 0x200000, 2, WB);
    assert_true(efi_tables_hold(&map, 0x200000, 0x2000));
    assert_true(efi_tables_hold(&map, 0x201fff, 1));
    assert_false(efi_tables_hold(&map, 0x201fff, 2));
    assert_false(efi_tables_hold(&map, 0x1fffff, 2));
    assert_false(efi_tables_hold(&map, 0x1000, 1));
    assert_false(efi_tables_hold(&map, 0, 0));
    assert_false(efi_tables_hold(&map, UINT64_MAX, 2));
    assert_false(efi_tables_hold(&map, 0x200000, UINT64_MAX));
}

static void check_refused(uint64_t address, uint64_t pages, const char *why)
{
    start(NULL);
    add(EfiRuntimeServicesData, 0x200000, 2, WB);
    add(EfiRuntimeServicesData, address, pages, WB);
    assert_string_equal(efi_tables_refuse(&map), why);
    efi_tables_needed(&map);            /* it must take that as well */
}

static void nonsense_is_refused(void **state)
{
    (void)state;
    check_refused(0x300800, 1, "a region does not begin on a page");
    check_refused(0x300000, 0x100001, "a region is larger than 4 GiB");
    check_refused(0x300000, UINT64_MAX, "a region is larger than 4 GiB");
    check_refused(1ull << 47, 1, "a region lies above 47 bits");
    check_refused(-4096ull, 1, "a region lies above 47 bits");
    check_refused(0x201000, 1, "two regions overlap");
    check_refused(0x1ff000, 2, "two regions overlap");
    check_refused(0x100000, 0x400, "two regions overlap");
}

static void tables_are_counted(void **state)
{
    (void)state;
    add(EfiRuntimeServicesData, 0x200000, 2, WB);
    assert_int_equal(efi_tables_needed(&map), 2 + 3 - 1);
    add(EfiRuntimeServicesData, 0x204000, 2, WB);
    assert_int_equal(efi_tables_needed(&map), 4);
    add(EfiMemoryMappedIO, 0x3ffff000, 2, UC);  /* over a GiB's border */
    assert_int_equal(efi_tables_needed(&map), 4 + 3);
    add(EfiMemoryMappedIO, 0x7ffffff000, 2, UC);        /* over an L4's */
    assert_int_equal(efi_tables_needed(&map), 7 + 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(only_the_firmwares_own_is_mapped, start),
        cmocka_unit_test_setup(memory_is_the_firmwares_or_not, start),
        cmocka_unit_test_setup(nonsense_is_refused, start),
        cmocka_unit_test_setup(tables_are_counted, start),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
