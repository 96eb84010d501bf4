/* SPDX-License-Identifier: MIT */
/* sources: src/boot/multiboot1.c src/boot/boot_info.c */
/* sources: src/boot/boot_text.c src/boot/memory_map.c */
#include <string.h>

#include <boot/boot_info.h>

#include "unit_test.h"

/* The window begins at 1 MiB, so that 0 and low addresses are outside. */
#define WINDOW 0x100000u
#define SIZE   0x8000u
#define INFO   (WINDOW + 0x100)
#define MODS   (WINDOW + 0x400)
#define MMAP   (WINDOW + 0x1000)
#define TEXT   (WINDOW + 0x2000)

enum field {                    /* offsets in the specification's table */
    FLAGS = 0, MEM_LOWER = 4, MEM_UPPER = 8, CMDLINE = 16,
    MODS_COUNT = 20, MODS_ADDR = 24, MMAP_LENGTH = 44, MMAP_ADDR = 48,
    LOADER_NAME = 64, FB_ADDR = 88, FB_PITCH = 96, FB_WIDTH = 100,
    FB_HEIGHT = 104, FB_BPP = 108, FB_TYPE = 109, FB_COLOR = 110,
};

static uint8_t memory[SIZE];
static struct physical_window window = { memory, WINDOW, SIZE };
static struct boot_info info;
static uint32_t text_next, mmap_next;

static void put32(uint32_t address, uint32_t value)
{
    memcpy(memory + (address - WINDOW), &value, sizeof(value));
}

static void put64(uint32_t address, uint64_t value)
{
    memcpy(memory + (address - WINDOW), &value, sizeof(value));
}

static uint32_t get32(uint32_t address)
{
    uint32_t value;

    memcpy(&value, memory + (address - WINDOW), sizeof(value));
    return value;
}

static void set_flag(unsigned bit)
{
    put32(INFO + FLAGS, get32(INFO + FLAGS) | 1u << bit);
}

static uint32_t put_text(const char *text)
{
    uint32_t address = text_next;

    strcpy((char *)memory + (address - WINDOW), text);
    text_next += strlen(text) + 1;
    return address;
}

static void put_range(uint64_t start, uint64_t size, uint32_t type)
{
    put32(mmap_next, 20);
    put64(mmap_next + 4, start);
    put64(mmap_next + 12, size);
    put32(mmap_next + 20, type);
    mmap_next += 24;
    set_flag(6);
    put32(INFO + MMAP_ADDR, MMAP);
    put32(INFO + MMAP_LENGTH, mmap_next - MMAP);
}

static void put_module(uint32_t start, uint32_t end, uint32_t text)
{
    uint32_t nr = get32(INFO + MODS_COUNT);

    set_flag(3);
    put32(MODS + nr * 16, start);
    put32(MODS + nr * 16 + 4, end);
    put32(MODS + nr * 16 + 8, text);
    put32(INFO + MODS_ADDR, MODS);
    put32(INFO + MODS_COUNT, nr + 1);
}

static void put_loader(const char *name)
{
    set_flag(9);
    put32(INFO + LOADER_NAME, put_text(name));
}

static void put_command_line(const char *line)
{
    set_flag(2);
    put32(INFO + CMDLINE, put_text(line));
}

static int start_empty(void **state)
{
    (void)state;
    memset(memory, 0, sizeof(memory));
    memset(&info, 0xa5, sizeof(info));
    text_next = TEXT;
    mmap_next = MMAP;
    return 0;
}

static int start_with_map(void **state)
{
    start_empty(state);
    put_range(0, 0x9fc00, 1);
    put_range(0x9fc00, 0x400, 2);
    put_range(0x100000, 0x3ff00000, 1);
    return 0;
}

static enum boot_error parse(void)
{
    return multiboot1_parse(&window, INFO, &info);
}

static void qemu_is_understood(void **state)
{
    (void)state;
    put_loader("qemu");
    put_command_line("build/microxen console=com1 com1=115200,8n1");
    put_module(WINDOW, WINDOW + 0x80, put_text("vmlinuz console=hvc0"));
    put_module(WINDOW + 0x80, WINDOW + 0x90, put_text("initrd.gz"));

    assert_int_equal(parse(), BOOT_OK);
    assert_string_equal(info.protocol, "multiboot 1");
    assert_string_equal(info.loader, "qemu");
    assert_string_equal(info.command_line, "console=com1 com1=115200,8n1");
    assert_int_equal(info.nr_modules, 2);
    assert_int_equal(info.dropped_modules, 0);
    assert_int_equal(info.modules[0].start, WINDOW);
    assert_int_equal(info.modules[0].size, 0x80);
    assert_string_equal(info.modules[0].command_line, "console=hvc0");
    assert_int_equal(info.modules[1].size, 0x10);
    assert_string_equal(info.modules[1].command_line, "");
    assert_int_equal(info.memory.nr, 3);
    assert_int_equal(memory_map_ram(&info.memory), 0x3ff9fc00);
    assert_int_equal(info.memory_faults, 0);
    assert_int_equal(info.video.type, BOOT_VIDEO_NONE);
    assert_int_equal(info.rsdp, 0);
    assert_false(info.truncated_text);
}

static void grub_leaves_the_file_name_out(void **state)
{
    (void)state;
    put_loader("GRUB 2.06-13+deb12u1");
    put_command_line("  placeholder dom0_mem=1G ");
    put_module(WINDOW, WINDOW + 1, put_text("placeholder root=/dev/sda1"));
    assert_int_equal(parse(), BOOT_OK);
    assert_string_equal(info.command_line, "placeholder dom0_mem=1G ");
    assert_string_equal(info.modules[0].command_line,
                        "placeholder root=/dev/sda1");
}

static void legacy_grub_does_not(void **state)
{
    (void)state;
    put_loader("GNU GRUB 0.97");
    put_command_line("/boot/xen.gz   loglvl=all");
    assert_int_equal(parse(), BOOT_OK);
    assert_string_equal(info.command_line, "loglvl=all");
}

static void a_lone_file_name_leaves_nothing(void **state)
{
    (void)state;
    put_command_line("/boot/microxen");
    assert_int_equal(parse(), BOOT_OK);
    assert_string_equal(info.loader, "");
    assert_string_equal(info.command_line, "");
}

static void what_lies_outside_is_no_info(void **state)
{
    (void)state;
    assert_int_equal(multiboot1_parse(&window, 0, &info), BOOT_NO_INFO);
    assert_int_equal(multiboot1_parse(&window, WINDOW + SIZE - 87, &info),
                     BOOT_NO_INFO);
    assert_int_equal(multiboot1_parse(&window, UINT64_MAX, &info),
                     BOOT_NO_INFO);
    assert_string_equal(info.command_line, "");
    assert_string_equal(info.loader, "");
}

static void without_a_map_the_sizes_count(void **state)
{
    (void)state;
    assert_int_equal(parse(), BOOT_NO_MEMORY_MAP);
    set_flag(0);
    put32(INFO + MEM_LOWER, 639);
    assert_int_equal(parse(), BOOT_NO_MEMORY_MAP);
    put32(INFO + MEM_UPPER, 0xffffffff);
    assert_int_equal(parse(), BOOT_OK);
    assert_int_equal(info.memory.nr, 2);
    assert_int_equal(info.memory.ranges[0].end, 639 * 1024);
    assert_int_equal(info.memory.ranges[1].start, 0x100000);
    assert_int_equal(info.memory.ranges[1].end,
                     0x100000 + 0xffffffffull * 1024);
}

static void an_empty_map_is_no_map(void **state)
{
    (void)state;
    put_range(0x1000, 0, 1);
    assert_int_equal(parse(), BOOT_NO_MEMORY_MAP);
    assert_int_equal(info.memory_faults, MEMORY_MAP_EMPTY);
}

static void longer_map_entries_are_stepped_over(void **state)
{
    (void)state;
    put_range(0, 0x1000, 1);
    put32(MMAP, 28);
    mmap_next = MMAP + 32;
    put_range(0x2000, 0x1000, 1);
    assert_int_equal(parse(), BOOT_OK);
    assert_int_equal(info.memory.nr, 2);
    assert_int_equal(info.memory.ranges[1].start, 0x2000);
}

static void broken_maps_are_refused(void **state)
{
    (void)state;
    put32(MMAP, 16);            /* an entry too small */
    assert_int_equal(parse(), BOOT_BAD_INFO);
    put32(MMAP, 200);           /* larger than the map */
    assert_int_equal(parse(), BOOT_BAD_INFO);
    put32(MMAP, 0xfffffffc);    /* would wrap */
    assert_int_equal(parse(), BOOT_BAD_INFO);
    put32(MMAP, 20);
    put32(INFO + MMAP_LENGTH, 71);
    assert_int_equal(parse(), BOOT_BAD_INFO);
    put32(INFO + MMAP_LENGTH, 0xffffffff);
    assert_int_equal(parse(), BOOT_BAD_INFO);
    put32(INFO + MMAP_LENGTH, 72);
    assert_int_equal(parse(), BOOT_OK);
}

static void faults_are_collected(void **state)
{
    (void)state;
    put_range(0x1000, 0x1000, 2);
    put_range(0xfffffffffffff000, 0x10000, 2);
    assert_int_equal(parse(), BOOT_OK);
    assert_int_equal(info.memory_faults,
                     MEMORY_MAP_OVERLAPS | MEMORY_MAP_WRAPS);
}

static void modules_outside_are_dropped(void **state)
{
    (void)state;
    put_module(WINDOW, WINDOW + SIZE + 1, 0);
    put_module(WINDOW + 8, WINDOW, 0);
    put_module(WINDOW - 1, WINDOW, 0);
    put_module(WINDOW + 8, WINDOW + 8, 0);
    assert_int_equal(parse(), BOOT_OK);
    assert_int_equal(info.nr_modules, 1);
    assert_int_equal(info.dropped_modules, 3);
    assert_int_equal(info.modules[0].start, WINDOW + 8);
    assert_int_equal(info.modules[0].size, 0);
    assert_string_equal(info.modules[0].command_line, "");
}

static void too_many_modules_are_counted(void **state)
{
    (void)state;
    for (unsigned i = 0; i < BOOT_MODULES_MAX + 3; i++)
        put_module(WINDOW + i, WINDOW + i + 1, 0);
    assert_int_equal(parse(), BOOT_OK);
    assert_int_equal(info.nr_modules, BOOT_MODULES_MAX);
    assert_int_equal(info.dropped_modules, 3);
}

static void a_module_table_outside_is_refused(void **state)
{
    (void)state;
    put_module(WINDOW, WINDOW + 1, 0);
    put32(INFO + MODS_COUNT, 0x10000001);       /* * 16 passes 2^32 */
    assert_int_equal(parse(), BOOT_BAD_INFO);
    put32(INFO + MODS_COUNT, 0);
    put32(INFO + MODS_ADDR, 0);
    assert_int_equal(parse(), BOOT_OK);
}

static void texts_are_cut_when_there_is_no_room(void **state)
{
    static char line[BOOT_TEXT_SIZE];

    (void)state;
    memset(line, 'x', sizeof(line) - 1);
    line[0] = ' ';
    put_loader("GRUB 2");
    put_command_line(line);
    put_module(WINDOW, WINDOW + 1, put_text("late"));
    assert_int_equal(parse(), BOOT_OK);
    assert_true(info.truncated_text);
    assert_string_equal(info.loader, "GRUB 2");
    assert_string_equal(info.modules[0].command_line, "");
    assert_int_equal(strlen(info.command_line),
                     BOOT_TEXT_SIZE - sizeof("GRUB 2") - sizeof(" "));
}

static void an_unterminated_text_ends_with_the_window(void **state)
{
    (void)state;
    memset(memory + SIZE - 6, 'y', 6);
    put_loader("GRUB 2");
    set_flag(2);
    put32(INFO + CMDLINE, WINDOW + SIZE - 6);
    assert_int_equal(parse(), BOOT_OK);
    assert_true(info.truncated_text);
    assert_string_equal(info.command_line, "yyyyyy");
}

static void a_text_outside_is_empty(void **state)
{
    (void)state;
    set_flag(2);
    put32(INFO + CMDLINE, WINDOW + SIZE);
    assert_int_equal(parse(), BOOT_OK);
    assert_string_equal(info.command_line, "");
}

static void put_video(uint8_t type)
{
    set_flag(12);
    put64(INFO + FB_ADDR, 0x1fd000000);
    put32(INFO + FB_PITCH, 4096);
    put32(INFO + FB_WIDTH, 1024);
    put32(INFO + FB_HEIGHT, 768);
    memory[INFO - WINDOW + FB_BPP] = 32;
    memory[INFO - WINDOW + FB_TYPE] = type;
    memcpy(&memory[INFO - WINDOW + FB_COLOR], "\x10\x08\x09\x07\x01\x06", 6);
}

static void a_framebuffer_is_described(void **state)
{
    const struct boot_video *video = &info.video;

    (void)state;
    put_video(1);
    assert_int_equal(parse(), BOOT_OK);
    assert_int_equal(video->type, BOOT_VIDEO_RGB);
    assert_int_equal(video->address, 0x1fd000000);
    assert_int_equal(video->pitch, 4096);
    assert_int_equal(video->width, 1024);
    assert_int_equal(video->height, 768);
    assert_int_equal(video->depth, 32);
    assert_int_equal(video->red_position, 16);
    assert_int_equal(video->red_size, 8);
    assert_int_equal(video->green_position, 9);
    assert_int_equal(video->green_size, 7);
    assert_int_equal(video->blue_position, 1);
    assert_int_equal(video->blue_size, 6);
}

static void other_screens_are_told_apart(void **state)
{
    (void)state;
    put_video(2);
    assert_int_equal(parse(), BOOT_OK);
    assert_int_equal(info.video.type, BOOT_VIDEO_TEXT);
    assert_int_equal(info.video.width, 1024);
    put_video(0);
    assert_int_equal(parse(), BOOT_OK);
    assert_int_equal(info.video.type, BOOT_VIDEO_NONE);
    assert_int_equal(info.video.address, 0);
}

static void every_error_has_a_text(void **state)
{
    (void)state;
    for (enum boot_error e = BOOT_OK; e <= BOOT_NO_MEMORY_MAP; e++)
        assert_true(strlen(boot_error_text(e)) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(qemu_is_understood, start_with_map),
        cmocka_unit_test_setup(grub_leaves_the_file_name_out,
                               start_with_map),
        cmocka_unit_test_setup(legacy_grub_does_not, start_with_map),
        cmocka_unit_test_setup(a_lone_file_name_leaves_nothing,
                               start_with_map),
        cmocka_unit_test_setup(what_lies_outside_is_no_info,
                               start_with_map),
        cmocka_unit_test_setup(without_a_map_the_sizes_count, start_empty),
        cmocka_unit_test_setup(an_empty_map_is_no_map, start_empty),
        cmocka_unit_test_setup(longer_map_entries_are_stepped_over,
                               start_empty),
        cmocka_unit_test_setup(broken_maps_are_refused, start_with_map),
        cmocka_unit_test_setup(faults_are_collected, start_with_map),
        cmocka_unit_test_setup(modules_outside_are_dropped, start_with_map),
        cmocka_unit_test_setup(too_many_modules_are_counted,
                               start_with_map),
        cmocka_unit_test_setup(a_module_table_outside_is_refused,
                               start_with_map),
        cmocka_unit_test_setup(texts_are_cut_when_there_is_no_room,
                               start_with_map),
        cmocka_unit_test_setup(an_unterminated_text_ends_with_the_window,
                               start_with_map),
        cmocka_unit_test_setup(a_text_outside_is_empty, start_with_map),
        cmocka_unit_test_setup(a_framebuffer_is_described, start_with_map),
        cmocka_unit_test_setup(other_screens_are_told_apart,
                               start_with_map),
        cmocka_unit_test(every_error_has_a_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
