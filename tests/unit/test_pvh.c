/* SPDX-License-Identifier: MIT */
/* sources: src/boot/pvh.c src/boot/boot_info.c */
/* sources: src/boot/boot_text.c src/boot/memory_map.c */
#include <string.h>

#include <boot/boot_info.h>

#include <xen/xen.h>
#include <xen/arch-x86/hvm/start_info.h>

#include "unit_test.h"

/* The window begins at 1 MiB, so that 0 and low addresses are outside. */
#define WINDOW 0x100000u
#define SIZE   0x8000u
#define START  (WINDOW + SIZE - sizeof(struct hvm_start_info))
#define MODS   (WINDOW + 0x400)
#define MAP    (WINDOW + 0x1000)
#define TEXT   (WINDOW + 0x2000)

static uint8_t memory[SIZE];
static struct physical_window window = { memory, WINDOW, SIZE };
static struct boot_info info;
static struct hvm_start_info start;
static uint32_t text_next;

static void put(uint64_t address, const void *data, size_t size)
{
    memcpy(memory + (address - WINDOW), data, size);
}

static uint64_t put_text(const char *text)
{
    uint64_t address = text_next;

    put(address, text, strlen(text) + 1);
    text_next += strlen(text) + 1;
    return address;
}

static void put_range(uint64_t address, uint64_t size, uint32_t type)
{
    struct hvm_memmap_table_entry entry = {
        .addr = address, .size = size, .type = type,
    };

    put(MAP + start.memmap_entries * sizeof entry, &entry, sizeof entry);
    start.memmap_paddr = MAP;
    start.memmap_entries++;
}

static void put_module(uint64_t address, uint64_t size, uint64_t text)
{
    struct hvm_modlist_entry module = {
        .paddr = address, .size = size, .cmdline_paddr = text,
    };

    put(MODS + start.nr_modules * sizeof module, &module, sizeof module);
    start.modlist_paddr = MODS;
    start.nr_modules++;
}

static int start_empty(void **state)
{
    (void)state;
    memset(memory, 0, sizeof(memory));
    memset(&info, 0xa5, sizeof(info));
    start = (struct hvm_start_info){
        .magic = XEN_HVM_START_MAGIC_VALUE, .version = 1,
    };
    text_next = TEXT;
    return 0;
}

/* As Xen 4.17's tools leave it, unsorted. */
static int start_as_xen(void **state)
{
    start_empty(state);
    start.cmdline_paddr = put_text("pv-shim console=xen,pv");
    start.rsdp_paddr = 0xfc008000;
    put_range(0, 0x20000000, XEN_HVM_MEMMAP_TYPE_RAM);
    put_range(0xfeff8000, 0x8000, XEN_HVM_MEMMAP_TYPE_RESERVED);
    put_range(0xfc000000, 0x2000, XEN_HVM_MEMMAP_TYPE_ACPI);
    put_module(WINDOW + 0x3000, 0x1000, put_text("console=hvc0 quiet"));
    put_module(WINDOW + 0x4000, 0x800, 0);
    return 0;
}

static enum boot_error parse_at(uint64_t address)
{
    put(START, &start, sizeof start);
    return pvh_parse(&window, address, &info);
}

static enum boot_error parse(void)
{
    return parse_at(START);
}

static void xen_is_understood(void **state)
{
    (void)state;
    assert_int_equal(parse(), BOOT_OK);
    assert_string_equal(info.protocol, "PVH");
    assert_string_equal(info.loader, "");
    assert_string_equal(info.command_line, "pv-shim console=xen,pv");
    assert_int_equal(info.rsdp, 0xfc008000);
    assert_int_equal(info.nr_modules, 2);
    assert_int_equal(info.modules[0].start, WINDOW + 0x3000);
    assert_int_equal(info.modules[0].size, 0x1000);
    assert_string_equal(info.modules[0].command_line, "console=hvc0 quiet");
    assert_string_equal(info.modules[1].command_line, "");
    assert_int_equal(info.memory.nr, 3);
    assert_int_equal(info.memory.ranges[1].start, 0xfc000000);
    assert_int_equal(info.memory.ranges[2].end, 0xff000000);
    assert_int_equal(memory_map_ram(&info.memory), 0x20000000);
    assert_int_equal(info.memory_faults, 0);
}

static void version_0_has_no_map(void **state)
{
    (void)state;
    start.version = 0;
    assert_int_equal(parse(), BOOT_NO_MEMORY_MAP);
    assert_int_equal(info.memory.nr, 0);
    assert_int_equal(info.nr_modules, 2);
}

static void version_0_may_end_where_it_ends(void **state)
{
    uint64_t address = WINDOW + SIZE
                       - offsetof(struct hvm_start_info, memmap_paddr);

    (void)state;
    start.version = 0;
    put(address, &start, WINDOW + SIZE - address);
    assert_int_equal(pvh_parse(&window, address, &info),
                     BOOT_NO_MEMORY_MAP);
    start.version = 1;
    put(address, &start, WINDOW + SIZE - address);
    assert_int_equal(pvh_parse(&window, address, &info), BOOT_NO_INFO);
}

static void another_magic_is_refused(void **state)
{
    (void)state;
    start.magic++;
    assert_int_equal(parse(), BOOT_BAD_INFO);
}

static void what_lies_outside_is_no_info(void **state)
{
    (void)state;
    assert_int_equal(parse_at(0), BOOT_NO_INFO);
    assert_int_equal(parse_at(WINDOW + SIZE - 39), BOOT_NO_INFO);
    assert_int_equal(parse_at(UINT64_MAX), BOOT_NO_INFO);
    assert_string_equal(info.command_line, "");
}

static void tables_outside_are_refused(void **state)
{
    (void)state;
    start.memmap_entries = 0x10000000;
    assert_int_equal(parse(), BOOT_BAD_INFO);
    start.memmap_entries = 1;
    start.memmap_paddr = UINT64_MAX - 8;
    assert_int_equal(parse(), BOOT_BAD_INFO);
    start_as_xen(state);
    start.nr_modules = UINT32_MAX;
    assert_int_equal(parse(), BOOT_BAD_INFO);
    start.nr_modules = 0;
    start.modlist_paddr = 0;
    assert_int_equal(parse(), BOOT_OK);
}

static void modules_outside_are_dropped(void **state)
{
    (void)state;
    put_module(WINDOW + SIZE, 1, 0);
    put_module(WINDOW + 8, UINT64_MAX - WINDOW, 0);
    assert_int_equal(parse(), BOOT_OK);
    assert_int_equal(info.nr_modules, 2);
    assert_int_equal(info.dropped_modules, 2);
}

static void overlaps_are_told(void **state)
{
    (void)state;
    put_range(0x1000, 0x1000, XEN_HVM_MEMMAP_TYPE_RESERVED);
    put_range(0xfffffffffffff000, 0x10000, XEN_HVM_MEMMAP_TYPE_RAM);
    assert_int_equal(parse(), BOOT_OK);
    assert_int_equal(info.memory_faults,
                     MEMORY_MAP_OVERLAPS | MEMORY_MAP_WRAPS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(xen_is_understood, start_as_xen),
        cmocka_unit_test_setup(version_0_has_no_map, start_as_xen),
        cmocka_unit_test_setup(version_0_may_end_where_it_ends,
                               start_empty),
        cmocka_unit_test_setup(another_magic_is_refused, start_as_xen),
        cmocka_unit_test_setup(what_lies_outside_is_no_info, start_as_xen),
        cmocka_unit_test_setup(tables_outside_are_refused, start_as_xen),
        cmocka_unit_test_setup(modules_outside_are_dropped, start_as_xen),
        cmocka_unit_test_setup(overlaps_are_told, start_as_xen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
