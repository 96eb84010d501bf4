/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Its state has to be cleared for each test. */
#include "../../src/lib/console.c"

#include "unit_test.h"

/* There is one CPU: whoever waits for a lock has it already. */
void spin_wait(void)
{
    abort();
}

static struct {
    char text[65536];
    size_t length;
    const char *settings;
    enum console_mode mode;
    bool works;
    int input;
} screen, line;

static bool screen_start(const char *settings)
{
    screen.settings = settings;
    return screen.works;
}

static bool line_start(const char *settings)
{
    line.settings = settings;
    return line.works;
}

static void screen_write(const char *text, size_t length)
{
    assert_true(screen.works);
    memcpy(screen.text + screen.length, text, length);
    screen.length += length;
}

static void line_write(const char *text, size_t length)
{
    assert_true(line.works);
    memcpy(line.text + line.length, text, length);
    line.length += length;
}

static int line_read(void)
{
    int byte = line.input;

    line.input = -1;
    return byte;
}

static void line_set_mode(enum console_mode new_mode)
{
    line.mode = new_mode;
}

static const struct console_device screen_device = {
    .name = "vga", .start = screen_start, .write = screen_write,
};

static const struct console_device line_device = {
    .name = "com1", .start = line_start, .write = line_write,
    .read = line_read, .set_mode = line_set_mode,
};

static int start_anew(void **state)
{
    (void)state;
    memset(slots, 0, sizeof(slots));
    nr_slots = 0;
    memset(&ring, 0, sizeof(ring));
    mode = CONSOLE_BUFFERED;
    log_line_open = guest_line_open = false;
    memset(&screen, 0, sizeof(screen));
    memset(&line, 0, sizeof(line));
    screen.works = line.works = true;
    line.input = -1;
    console_register(&line_device, "115200");
    console_register(&screen_device, "");
    return 0;
}

#define ASSERT_LINE(expected)                                           \
    do {                                                                \
        line.text[line.length] = '\0';                                  \
        assert_string_equal(line.text, expected);                       \
    } while (0)

static void devices_are_started_by_name(void **state)
{
    (void)state;
    console_start("com1");
    assert_string_equal(line.settings, "115200");
    assert_null(screen.settings);
    console_start("com1,vga,none,");
    assert_non_null(screen.settings);
    assert_int_equal(line.length, 0);
}

static void unknown_names_are_told(void **state)
{
    (void)state;
    console_start("com,com1,com11");
    ASSERT_LINE("(XEN) Unknown console \"com\"\r\n"
                "(XEN) Unknown console \"com11\"\r\n");
}

static void failed_devices_are_left_alone(void **state)
{
    (void)state;
    screen.works = false;
    console_start("vga,com1");
    ASSERT_LINE("(XEN) Console vga is not there, or not usable\r\n");
    printk("x\n");
    console_write("y", 1);
    console_panic();
}

static void lines_have_a_prefix_each(void **state)
{
    (void)state;
    console_start("com1");
    printk("a%d", 1);
    printk("b\n\nc\n");
    ASSERT_LINE("(XEN) a1b\r\n(XEN) \r\n(XEN) c\r\n");
}

static void guest_text_is_passed_as_it_is(void **state)
{
    static const char expected[] = "login: \r\n(XEN) log\r\na\nb\r\n"
                                   "(XEN) open\r\nc\0d";

    (void)state;
    console_start("com1");
    console_write("login: ", 7);
    printk("log\n");
    console_write("a\nb\r\n", 5);
    printk("open");
    console_write("c\0d", 3);
    assert_int_equal(line.length, sizeof(expected) - 1);
    assert_memory_equal(line.text, expected, line.length);
}

static void early_text_is_replayed(void **state)
{
    (void)state;
    printk("one\n");
    console_start("com1");
    printk("two\n");
    console_start("vga");
    ASSERT_LINE("(XEN) one\r\n(XEN) two\r\n");
    screen.text[screen.length] = '\0';
    assert_string_equal(screen.text, line.text);
}

static void long_text_is_cut(void **state)
{
    char text[2 * PRINTK_MAX];

    (void)state;
    memset(text, 'x', sizeof(text));
    text[sizeof(text) - 1] = '\0';
    console_start("com1");
    printk("%s", text);
    printk("next\n");
    line.text[line.length] = '\0';
    assert_non_null(strstr(line.text, "xxx...\r\n(XEN) next\r\n"));
    assert_int_equal(line.length, PRINTK_MAX - 1 + 7 + 12);
}

static void log_is_read_in_parts(void **state)
{
    uint32_t position = 0;
    char text[64];

    (void)state;
    printk("one\n");
    assert_int_equal(console_log_read(&position, text, 5), 5);
    assert_int_equal(console_log_read(&position, text + 5, 50), 5);
    assert_memory_equal(text, "(XEN) one\n", 10);
    assert_int_equal(console_log_read(&position, text, 50), 0);
    printk("two\n");
    assert_int_equal(console_log_read(&position, text, 50), 10);
    assert_memory_equal(text, "(XEN) two\n", 10);

    console_log_clear(position);
    position = 0;
    assert_int_equal(console_log_read(&position, text, 50), 0);
    position = 0x80000000;
    assert_int_equal(console_log_read(&position, text, 50), 0);
}

static void log_keeps_the_newest(void **state)
{
    static char text[2 * CONSOLE_LOG_SIZE];
    uint32_t position = 0;
    size_t length;

    (void)state;
    ring.oldest = ring.end = 0xffffff00;        /* positions wrap */
    for (unsigned i = 0; i < 2000; i++)
        printk("line %4u\n", i);
    length = console_log_read(&position, text, sizeof(text));
    assert_int_equal(length, CONSOLE_LOG_SIZE);
    assert_memory_equal(text + length - 16, "(XEN) line 1999\n", 16);
    for (size_t i = length; i >= 32; i -= 16)
        assert_memory_equal(text + i - 16, "(XEN) line ", 11);
}

static void input_from_who_has_some(void **state)
{
    (void)state;
    line.input = 'k';
    assert_int_equal(console_read(), -1);
    console_start("vga,com1");
    assert_int_equal(console_read(), 'k');
    assert_int_equal(console_read(), -1);
}

static void panic_is_synchronous(void **state)
{
    (void)state;
    console_set_synchronous(true);
    console_start("com1");
    assert_int_equal(line.mode, CONSOLE_SYNCHRONOUS);
    console_set_synchronous(false);
    assert_int_equal(line.mode, CONSOLE_BUFFERED);
    printk("open");
    console_panic();
    assert_int_equal(line.mode, CONSOLE_PANIC);
    console_set_synchronous(false);
    assert_int_equal(line.mode, CONSOLE_PANIC);
    printk("panic\n");
    ASSERT_LINE("(XEN) open\r\n(XEN) panic\r\n");
}

static void one_device_too_many(void **state)
{
    (void)state;
    console_start("com1");
    for (unsigned i = nr_slots; i <= CONSOLE_DEVICES_MAX; i++)
        console_register(&screen_device, "");
    ASSERT_LINE("(XEN) Console vga is one too many, and left out\r\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(devices_are_started_by_name, start_anew),
        cmocka_unit_test_setup(unknown_names_are_told, start_anew),
        cmocka_unit_test_setup(failed_devices_are_left_alone, start_anew),
        cmocka_unit_test_setup(lines_have_a_prefix_each, start_anew),
        cmocka_unit_test_setup(guest_text_is_passed_as_it_is, start_anew),
        cmocka_unit_test_setup(early_text_is_replayed, start_anew),
        cmocka_unit_test_setup(long_text_is_cut, start_anew),
        cmocka_unit_test_setup(log_is_read_in_parts, start_anew),
        cmocka_unit_test_setup(log_keeps_the_newest, start_anew),
        cmocka_unit_test_setup(input_from_who_has_some, start_anew),
        cmocka_unit_test_setup(panic_is_synchronous, start_anew),
        cmocka_unit_test_setup(one_device_too_many, start_anew),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
