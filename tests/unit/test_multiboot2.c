/* SPDX-License-Identifier: MIT */
/* sources: src/boot/multiboot2.c src/boot/boot_info.c */
/* sources: src/boot/boot_text.c src/boot/memory_map.c src/boot/efi_map.c */
#include <string.h>

#include <boot/boot_info.h>

#include "unit_test.h"
#include "efi_map_builder.h"

#define WINDOW 0x100000u
#define SIZE   0x4000u
#define INFO   (WINDOW + 0x100)

enum tag_type {
    TAG_END = 0, TAG_COMMAND_LINE = 1, TAG_LOADER_NAME = 2, TAG_MODULE = 3,
    TAG_BASIC_MEMORY = 4, TAG_MEMORY_MAP = 6, TAG_FRAMEBUFFER = 8,
    TAG_EFI64_SYSTEM_TABLE = 12, TAG_ACPI_OLD = 14, TAG_ACPI_NEW = 15,
    TAG_EFI_MEMORY_MAP = 17, TAG_EFI_BOOT_SERVICES = 18,
    TAG_EFI64_IMAGE_HANDLE = 20, TAG_UNKNOWN = 4711,
};

static uint8_t memory[SIZE];
static struct physical_window window = { memory, WINDOW, SIZE };
static struct boot_info info;
static uint32_t next;           /* where the next tag goes */

static void put(uint32_t address, const void *data, size_t size)
{
    memcpy(memory + (address - WINDOW), data, size);
}

static void put32(uint32_t address, uint32_t value)
{
    put(address, &value, sizeof(value));
}

/* Returns where its contents begin. */
static uint32_t put_tag(uint32_t type, const void *data, size_t size)
{
    uint32_t start = next;

    put32(start, type);
    put32(start + 4, 8 + size);
    if (size)
        put(start + 8, data, size);
    next = start + ((8 + size + 7) & ~7u);
    return start + 8;
}

static void put_text_tag(uint32_t type, const char *text)
{
    put_tag(type, text, strlen(text) + 1);
}

static void put_module(uint32_t start, uint32_t end, const char *text)
{
    uint8_t data[256];

    memcpy(data, &start, 4);
    memcpy(data + 4, &end, 4);
    strcpy((char *)data + 8, text);
    put_tag(TAG_MODULE, data, 8 + strlen(text) + 1);
}

static void put_basic_memory(uint32_t lower, uint32_t upper)
{
    uint32_t data[2] = { lower, upper };

    put_tag(TAG_BASIC_MEMORY, data, sizeof(data));
}

struct mmap_tag {
    uint32_t entry_size, entry_version;
    struct {
        uint64_t start, size;
        uint32_t type, zero;
    } entries[2];
};

static const struct mmap_tag plain_map = {
    24, 0, { { 0, 0x9f000, 1, 0 }, { 0x100000, 0x3ff00000, 1, 0 } },
};

static int start_empty(void **state)
{
    (void)state;
    memset(memory, 0, sizeof(memory));
    memset(&info, 0xa5, sizeof(info));
    next = INFO + 8;
    return 0;
}

static int start_with_map(void **state)
{
    start_empty(state);
    put_tag(TAG_MEMORY_MAP, &plain_map, sizeof(plain_map));
    return 0;
}

static enum boot_error parse(void)
{
    put32(next, TAG_END);
    put32(next + 4, 8);
    put32(INFO, next + 8 - INFO);
    return multiboot2_parse(&window, INFO, &info);
}

static void grub_is_understood(void **state)
{
    (void)state;
    put_text_tag(TAG_COMMAND_LINE, "placeholder com1=115200,8n1");
    put_text_tag(TAG_LOADER_NAME, "GRUB 2.06-13+deb12u1");
    put_module(WINDOW, WINDOW + 0x80, "placeholder console=hvc0");
    put_module(WINDOW + 0x80, WINDOW + 0x81, "");

    assert_int_equal(parse(), BOOT_OK);
    assert_string_equal(info.protocol, "multiboot 2");
    assert_string_equal(info.loader, "GRUB 2.06-13+deb12u1");
    assert_string_equal(info.command_line, "placeholder com1=115200,8n1");
    assert_int_equal(info.nr_modules, 2);
    assert_int_equal(info.modules[0].start, WINDOW);
    assert_int_equal(info.modules[0].size, 0x80);
    assert_string_equal(info.modules[0].command_line,
                        "placeholder console=hvc0");
    assert_string_equal(info.modules[1].command_line, "");
    assert_int_equal(info.memory.nr, 2);
    assert_int_equal(info.memory.ranges[1].end, 0x40000000);
    assert_false(info.truncated_text);
}

static void the_loaders_name_may_come_last(void **state)
{
    (void)state;
    put_text_tag(TAG_COMMAND_LINE, "first second");
    put_module(WINDOW, WINDOW + 1, "third fourth");
    put_text_tag(TAG_LOADER_NAME, "GRUB 2.12");
    assert_int_equal(parse(), BOOT_OK);
    assert_string_equal(info.command_line, "first second");
    assert_string_equal(info.modules[0].command_line, "third fourth");
}

static void other_loaders_file_names_go(void **state)
{
    (void)state;
    put_text_tag(TAG_LOADER_NAME, "iPXE 1.21");
    put_text_tag(TAG_COMMAND_LINE, "microxen noreboot");
    put_module(WINDOW, WINDOW + 1, "vmlinuz  quiet");
    assert_int_equal(parse(), BOOT_OK);
    assert_string_equal(info.command_line, "noreboot");
    assert_string_equal(info.modules[0].command_line, "quiet");
}

static void what_lies_outside_is_no_info(void **state)
{
    (void)state;
    assert_int_equal(multiboot2_parse(&window, 0, &info), BOOT_NO_INFO);
    assert_int_equal(multiboot2_parse(&window, WINDOW + SIZE - 4, &info),
                     BOOT_NO_INFO);
    put32(INFO, SIZE);
    assert_int_equal(multiboot2_parse(&window, INFO, &info), BOOT_NO_INFO);
    assert_string_equal(info.command_line, "");
}

static void wrong_sizes_are_refused(void **state)
{
    (void)state;
    put32(INFO, 4);
    assert_int_equal(multiboot2_parse(&window, INFO, &info), BOOT_BAD_INFO);
    put32(INFO, 8);             /* no end tag */
    assert_int_equal(multiboot2_parse(&window, INFO, &info), BOOT_BAD_INFO);

    next = INFO + 8;
    uint32_t tag = put_tag(TAG_UNKNOWN, "12345678", 8);

    assert_int_equal(parse(), BOOT_NO_MEMORY_MAP);
    put32(tag - 4, 7);
    assert_int_equal(parse(), BOOT_BAD_INFO);
    put32(tag - 4, 0x100);
    assert_int_equal(parse(), BOOT_BAD_INFO);
    put32(tag - 4, 0xffffffff);
    assert_int_equal(parse(), BOOT_BAD_INFO);
}

static void short_tags_are_refused(void **state)
{
    static const uint32_t types[] = {
        TAG_MODULE, TAG_BASIC_MEMORY, TAG_MEMORY_MAP, TAG_FRAMEBUFFER,
    };

    for (unsigned i = 0; i < ARRAY_SIZE(types); i++) {
        start_empty(state);
        put_tag(types[i], "1234567", 7);
        assert_int_equal(parse(), BOOT_BAD_INFO);
    }
}

static void broken_maps_are_refused(void **state)
{
    struct mmap_tag map = plain_map;

    map.entry_size = 23;
    put_tag(TAG_MEMORY_MAP, &map, sizeof(map));
    assert_int_equal(parse(), BOOT_BAD_INFO);

    start_empty(state);
    put_tag(TAG_MEMORY_MAP, &plain_map, sizeof(map) - 1);
    assert_int_equal(parse(), BOOT_BAD_INFO);

    start_empty(state);
    map.entry_size = 0;
    put_tag(TAG_MEMORY_MAP, &map, sizeof(map));
    assert_int_equal(parse(), BOOT_BAD_INFO);
}

static void longer_map_entries_are_stepped_over(void **state)
{
    uint64_t data[] = { 32, 0, 0x1000, 1, ~0ull, 0x8000, 0x1000, 1, ~0ull };

    (void)state;
    put_tag(TAG_MEMORY_MAP, data, sizeof(data));
    assert_int_equal(parse(), BOOT_OK);
    assert_int_equal(info.memory.nr, 2);
    assert_int_equal(info.memory.ranges[0].start, 0);
    assert_int_equal(info.memory.ranges[1].start, 0x8000);
}

static void without_a_map_the_sizes_count(void **state)
{
    (void)state;
    assert_int_equal(parse(), BOOT_NO_MEMORY_MAP);
    put_basic_memory(640, 0x10000);
    assert_int_equal(parse(), BOOT_OK);
    assert_int_equal(info.memory.nr, 2);
    assert_int_equal(info.memory.ranges[0].end, 0xa0000);
    assert_int_equal(info.memory.ranges[1].start, 0x100000);
    assert_int_equal(info.memory.ranges[1].end, 0x100000 + 0x4000000);
}

static void with_a_map_the_sizes_do_not_count(void **state)
{
    (void)state;
    put_basic_memory(640, 0x10000000);
    assert_int_equal(parse(), BOOT_OK);
    assert_int_equal(memory_map_ram(&info.memory), 0x3ff9f000);
}

static void the_newer_rsdp_is_taken(void **state)
{
    static const uint8_t rsdp[36] = "RSD PTR ";
    uint32_t old, new;

    (void)state;
    old = put_tag(TAG_ACPI_OLD, rsdp, 20);
    assert_int_equal(parse(), BOOT_OK);
    assert_int_equal(info.rsdp, old);
    new = put_tag(TAG_ACPI_NEW, rsdp, 36);
    put_tag(TAG_ACPI_OLD, rsdp, 20);
    assert_int_equal(parse(), BOOT_OK);
    assert_int_equal(info.rsdp, new);
}

struct framebuffer_tag {
    uint64_t address;
    uint32_t pitch, width, height;
    uint8_t bpp, type;
    uint16_t reserved;
    uint8_t color[6];
} __attribute__((packed));

static void a_framebuffer_is_described(void **state)
{
    struct framebuffer_tag tag = { 0x80000000, 3200, 800, 600, 32, 1, 0,
                                   { 16, 8, 9, 7, 1, 6 } };
    const struct boot_video *video = &info.video;

    (void)state;
    put_tag(TAG_FRAMEBUFFER, &tag, sizeof(tag));
    assert_int_equal(parse(), BOOT_OK);
    assert_int_equal(video->type, BOOT_VIDEO_RGB);
    assert_int_equal(video->address, 0x80000000);
    assert_int_equal(video->pitch, 3200);
    assert_int_equal(video->width, 800);
    assert_int_equal(video->height, 600);
    assert_int_equal(video->depth, 32);
    assert_int_equal(video->red_position, 16);
    assert_int_equal(video->green_size, 7);
    assert_int_equal(video->blue_position, 1);
    assert_int_equal(video->blue_size, 6);
}

static void other_screens_are_told_apart(void **state)
{
    struct framebuffer_tag tag = { 0xb8000, 160, 80, 25, 16, 2, 0, { 0 } };

    put_tag(TAG_FRAMEBUFFER, &tag, 24);
    assert_int_equal(parse(), BOOT_OK);
    assert_int_equal(info.video.type, BOOT_VIDEO_TEXT);
    assert_int_equal(info.video.address, 0xb8000);

    start_with_map(state);
    tag.type = 0;
    put_tag(TAG_FRAMEBUFFER, &tag, 24);
    assert_int_equal(parse(), BOOT_OK);
    assert_int_equal(info.video.type, BOOT_VIDEO_NONE);

    start_with_map(state);
    tag.type = 1;               /* direct colour, and no word of where */
    put_tag(TAG_FRAMEBUFFER, &tag, 24);
    assert_int_equal(parse(), BOOT_BAD_INFO);
}

static void put_efi_map(uint32_t descriptor_size)
{
    struct test_efi_map map = { .size = 0 };
    uint32_t contents[2 + sizeof(map.data) / 4] = { descriptor_size, 1 };

    test_efi_map_add(&map, EfiConventionalMemory, 0x400000, 0x100,
                     EFI_MEMORY_WB);
    test_efi_map_add(&map, EfiRuntimeServicesData, 0x500000, 1,
                     EFI_MEMORY_WB | TEST_RUNTIME);
    memcpy(&contents[2], map.data, map.size);
    put_tag(TAG_EFI_MEMORY_MAP, contents, 8 + map.size);
}

static void efi_is_understood(void **state)
{
    uint64_t system_table = 0x123456789a0;
    uint32_t at = next + 16;

    (void)state;
    put_efi_map(TEST_DESCRIPTOR_SIZE);
    put_tag(TAG_EFI64_SYSTEM_TABLE, &system_table, 8);
    assert_int_equal(parse(), BOOT_OK);
    assert_int_equal(info.efi.system_table, system_table);
    assert_int_equal(info.efi.map, at);
    assert_int_equal(info.efi.map_size, 2 * TEST_DESCRIPTOR_SIZE);
    assert_false(info.efi.broken_map);
    assert_false(info.efi.boot_services);
    /* Its map counts, not the loader's. */
    assert_int_equal(info.memory.nr, 2);
    assert_int_equal(info.memory.ranges[0].start, 0x400000);
    assert_int_equal(info.memory.ranges[1].type, MEMORY_RESERVED);
}

static void a_broken_efi_map_does_not_count(void **state)
{
    (void)state;
    put_efi_map(12);
    assert_int_equal(parse(), BOOT_OK);
    assert_true(info.efi.broken_map);
    assert_int_equal(memory_map_ram(&info.memory), 0x3ff9f000);

    start_empty(NULL);
    put_efi_map(12);
    assert_int_equal(parse(), BOOT_NO_MEMORY_MAP);
}

static void boot_services_may_be_on(void **state)
{
    uint64_t handle = 0x3f123456;

    (void)state;
    put_tag(TAG_EFI_BOOT_SERVICES, NULL, 0);
    put_tag(TAG_EFI64_IMAGE_HANDLE, &handle, 8);
    assert_int_equal(parse(), BOOT_OK);
    assert_true(info.efi.boot_services);
    assert_int_equal(info.efi.image_handle, handle);
    assert_int_equal(info.memory.nr, 0);
}

static void short_efi_tags_are_refused(void **state)
{
    static const uint32_t types[] = {
        TAG_EFI64_SYSTEM_TABLE, TAG_EFI_MEMORY_MAP, TAG_EFI64_IMAGE_HANDLE,
    };

    for (unsigned i = 0; i < ARRAY_SIZE(types); i++) {
        start_with_map(state);
        put_tag(types[i], "\0\0\0\0\0\0", 7);
        assert_int_equal(parse(), BOOT_BAD_INFO);
    }
}

static void texts_end_with_their_tag(void **state)
{
    (void)state;
    put_tag(TAG_LOADER_NAME, "GRUB 2", 6);
    put_tag(TAG_COMMAND_LINE, "abc", 3);
    put_tag(TAG_MODULE, "\0\0\x10\0\1\0\x10\0", 8);
    assert_int_equal(parse(), BOOT_OK);
    assert_true(info.truncated_text);
    assert_string_equal(info.loader, "GRUB 2");
    assert_string_equal(info.command_line, "abc");
    assert_int_equal(info.modules[0].start, WINDOW);
    assert_string_equal(info.modules[0].command_line, "");
}

static void modules_that_do_not_fit_are_counted(void **state)
{
    (void)state;
    put_module(WINDOW + SIZE, WINDOW + SIZE + 1, "outside");
    for (unsigned i = 0; i < BOOT_MODULES_MAX + 2; i++)
        put_module(WINDOW, WINDOW + i, "m");
    assert_int_equal(parse(), BOOT_OK);
    assert_int_equal(info.nr_modules, BOOT_MODULES_MAX);
    assert_int_equal(info.dropped_modules, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(grub_is_understood, start_with_map),
        cmocka_unit_test_setup(the_loaders_name_may_come_last,
                               start_with_map),
        cmocka_unit_test_setup(other_loaders_file_names_go, start_with_map),
        cmocka_unit_test_setup(what_lies_outside_is_no_info, start_empty),
        cmocka_unit_test_setup(wrong_sizes_are_refused, start_empty),
        cmocka_unit_test_setup(short_tags_are_refused, start_empty),
        cmocka_unit_test_setup(broken_maps_are_refused, start_empty),
        cmocka_unit_test_setup(longer_map_entries_are_stepped_over,
                               start_empty),
        cmocka_unit_test_setup(without_a_map_the_sizes_count, start_empty),
        cmocka_unit_test_setup(with_a_map_the_sizes_do_not_count,
                               start_with_map),
        cmocka_unit_test_setup(the_newer_rsdp_is_taken, start_with_map),
        cmocka_unit_test_setup(a_framebuffer_is_described, start_with_map),
        cmocka_unit_test_setup(other_screens_are_told_apart,
                               start_with_map),
        cmocka_unit_test_setup(efi_is_understood, start_with_map),
        cmocka_unit_test_setup(a_broken_efi_map_does_not_count,
                               start_with_map),
        cmocka_unit_test_setup(boot_services_may_be_on, start_empty),
        cmocka_unit_test_setup(short_efi_tags_are_refused, start_empty),
        cmocka_unit_test_setup(texts_end_with_their_tag, start_with_map),
        cmocka_unit_test_setup(modules_that_do_not_fit_are_counted,
                               start_with_map),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
