/* SPDX-License-Identifier: MIT */
/* sources: src/lib/command_line.c src/lib/number.c */
#include <stdio.h>
#include <string.h>

#include <lib/command_line.h>

#include "unit_test.h"

static bool flag;
static uint64_t number, size;
static char text[8];
static char complaints[256];

static const struct option options[] = {
    { "flag", OPTION_SWITCH, &flag, 0 },
    { "number", OPTION_NUMBER, &number, 0 },
    { "size", OPTION_SIZE, &size, 0 },
    { "text", OPTION_STRING, text, sizeof(text) },
    { "ignored", OPTION_IGNORED, NULL, 0 },
    { "no-real-mode", OPTION_IGNORED, NULL, 0 },
};

static void complain(const char *word, size_t length, bool known)
{
    size_t used = strlen(complaints);

    snprintf(complaints + used, sizeof(complaints) - used, "%.*s%s;",
             (int)length, word, known ? "!" : "?");
}

static int start(void **state)
{
    (void)state;
    flag = false;
    number = size = 4711;
    memset(text, 'x', sizeof(text));
    complaints[0] = '\0';
    return 0;
}

static void parse(const char *line)
{
    command_line_parse(line, options, ARRAY_SIZE(options), complain);
}

static void switches_turn_on_and_off(void **state)
{
    static const char *const on[] = {
        "flag", "flag=yes", "flag=on", "flag=true", "flag=enable", "flag=1",
        "no-flag=off", "no-flag flag", "flag=\"on\"", "\"flag\"",
    };
    static const char *const off[] = {
        "no-flag", "flag=no", "flag=off", "flag=false", "flag=disable",
        "flag=0", "flag no-flag", "no-flag=yes",
    };

    for (unsigned i = 0; i < ARRAY_SIZE(on); i++) {
        start(state);
        parse(on[i]);
        assert_true(flag);
        assert_string_equal(complaints, "");
    }
    for (unsigned i = 0; i < ARRAY_SIZE(off); i++) {
        start(state);
        flag = true;
        parse(off[i]);
        assert_false(flag);
        assert_string_equal(complaints, "");
    }
}

static void a_wrong_switch_is_told(void **state)
{
    (void)state;
    parse("flag=perhaps flag= flag=111111111111111111111111111111111111111");
    assert_false(flag);
    assert_string_equal(complaints, "flag=perhaps!;flag=!;"
                        "flag=111111111111111111111111111111111111111!;");
}

static void numbers_have_bases(void **state)
{
    (void)state;
    parse("number=123");
    assert_int_equal(number, 123);
    parse("number=0x1F");
    assert_int_equal(number, 0x1f);
    parse("number=017");
    assert_int_equal(number, 017);
    parse("number=0");
    assert_int_equal(number, 0);
    parse("number=18446744073709551615");
    assert_int_equal(number, UINT64_MAX);
    parse("number=1 number=2");
    assert_int_equal(number, 2);
    assert_string_equal(complaints, "");
}

static void wrong_numbers_are_told(void **state)
{
    (void)state;
    parse("number number= number=x number=0x number=12k number=08 "
          "number=-1 number=18446744073709551616 no-number no-number=3");
    assert_int_equal(number, 4711);
    assert_string_equal(complaints,
                        "number!;number=!;number=x!;number=0x!;number=12k!;"
                        "number=08!;number=-1!;"
                        "number=18446744073709551616!;no-number!;"
                        "no-number=3!;");
}

static void sizes_have_units(void **state)
{
    static const struct {
        const char *line;
        uint64_t bytes;
    } sizes[] = {
        { "size=3", 3ull << 10 }, { "size=3B", 3 }, { "size=3k", 3ull << 10 },
        { "size=3M", 3ull << 20 }, { "size=3g", 3ull << 30 },
        { "size=0x3T", 3ull << 40 }, { "size=16777215T", 0xffffffull << 40 },
    };

    for (unsigned i = 0; i < ARRAY_SIZE(sizes); i++) {
        start(state);
        parse(sizes[i].line);
        assert_int_equal(size, sizes[i].bytes);
        assert_string_equal(complaints, "");
    }
}

static void wrong_sizes_are_told(void **state)
{
    (void)state;
    parse("size=M size=3X size=3MB size=16777216T size");
    assert_int_equal(size, 4711);
    assert_string_equal(complaints, "size=M!;size=3X!;size=3MB!;"
                        "size=16777216T!;size!;");
}

static void strings_are_copied_and_cut(void **state)
{
    (void)state;
    parse("text=com1,vga");
    assert_string_equal(text, "com1,vg");
    parse("text=a=b");
    assert_string_equal(text, "a=b");
    parse("text=");
    assert_string_equal(text, "");
    assert_string_equal(complaints, "");
    parse("text");
    assert_string_equal(complaints, "text!;");
}

static void quotes_keep_blanks(void **state)
{
    (void)state;
    parse("text=\"a b\" flag");
    assert_string_equal(text, "a b");
    assert_true(flag);
    parse("\"text=c d\"");
    assert_string_equal(text, "c d");
    parse("text=e\" \"f");
    assert_string_equal(text, "e f");
    parse("text=\"g -- h");
    assert_string_equal(text, "g -- h");
    assert_string_equal(complaints, "");
}

static void the_guests_part_is_left_alone(void **state)
{
    (void)state;
    parse("number=1 -- number=2 flag nonsense");
    assert_int_equal(number, 1);
    assert_false(flag);
    parse("-- number=3");
    assert_int_equal(number, 1);
    parse("text=a--b number=4 --x --");
    assert_int_equal(number, 4);
    assert_string_equal(text, "a--b");
    assert_string_equal(complaints, "--x?;");
}

static void unknown_words_are_named(void **state)
{
    (void)state;
    parse("  placeholder\tignored no-ignored ignored=3 no-real-mode flagg "
          "no-nothing =3 no- \"");
    assert_string_equal(complaints,
                        "placeholder?;flagg?;no-nothing?;=3?;no-?;\"?;");
}

static void the_guests_part_is_found(void **state)
{
    (void)state;
    assert_string_equal(command_line_guest(""), "");
    assert_string_equal(command_line_guest("a b --"), "");
    assert_string_equal(command_line_guest("a --   b  -- c "), "b  -- c ");
    assert_string_equal(command_line_guest("-- quiet"), "quiet");
    assert_string_equal(command_line_guest("a --b c-- \"-- x\" --- d"), "");
    assert_string_equal(command_line_guest("a\t--\tb"), "b");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(switches_turn_on_and_off, start),
        cmocka_unit_test_setup(a_wrong_switch_is_told, start),
        cmocka_unit_test_setup(numbers_have_bases, start),
        cmocka_unit_test_setup(wrong_numbers_are_told, start),
        cmocka_unit_test_setup(sizes_have_units, start),
        cmocka_unit_test_setup(wrong_sizes_are_told, start),
        cmocka_unit_test_setup(strings_are_copied_and_cut, start),
        cmocka_unit_test_setup(quotes_keep_blanks, start),
        cmocka_unit_test_setup(the_guests_part_is_left_alone, start),
        cmocka_unit_test_setup(unknown_words_are_named, start),
        cmocka_unit_test_setup(the_guests_part_is_found, start),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
