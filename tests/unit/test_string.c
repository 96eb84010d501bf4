/* SPDX-License-Identifier: MIT */
/*
 * The freestanding functions, under other names so that they don't take the
 * C library's place in this very program.
 */
/* sources: src/lib/string.c */
/* cflags: -ffreestanding -Dmemcpy=our_memcpy -Dmemmove=our_memmove */
/* cflags: -Dmemset=our_memset -Dmemcmp=our_memcmp -Dmemchr=our_memchr */
/* cflags: -Dstrlen=our_strlen -Dstrnlen=our_strnlen -Dstrcmp=our_strcmp */
/* cflags: -Dstrncmp=our_strncmp -Dstrchr=our_strchr -Dstrstr=our_strstr */
#include <lib/string.h>

#include "unit_test.h"

#define SIZE 64u

static unsigned char buffer[SIZE], model[SIZE];

static void fill(void)
{
    for (unsigned i = 0; i < SIZE; i++)
        buffer[i] = model[i] = i + 1;
}

static void assert_as_model(void)
{
    for (unsigned i = 0; i < SIZE; i++)
        assert_int_equal(buffer[i], model[i]);
}

static void memcpy_copies(void **state)
{
    (void)state;
    for (unsigned length = 0; length <= SIZE / 2; length++) {
        fill();
        assert_ptr_equal(memcpy(buffer, buffer + SIZE / 2, length), buffer);
        for (unsigned i = 0; i < length; i++)
            model[i] = SIZE / 2 + i + 1;
        assert_as_model();
    }
}

static void memmove_copies_what_overlaps(void **state)
{
    (void)state;
    for (unsigned from = 0; from < 24; from++) {
        for (unsigned to = 0; to < 24; to++) {
            for (unsigned length = 0; length < 40; length++) {
                fill();
                assert_ptr_equal(memmove(buffer + to, buffer + from, length),
                                 buffer + to);
                for (unsigned i = 0; i < length; i++)
                    model[to + i] = from + i + 1;
                assert_as_model();
            }
        }
    }
}

static void memset_fills(void **state)
{
    (void)state;
    for (unsigned length = 0; length < SIZE; length++) {
        fill();
        assert_ptr_equal(memset(buffer + 1, 0x1234, length), buffer + 1);
        for (unsigned i = 0; i < length; i++)
            model[1 + i] = 0x34;
        assert_as_model();
    }
}

static void memcmp_orders_bytes(void **state)
{
    (void)state;
    assert_int_equal(memcmp("abc", "abd", 2), 0);
    assert_true(memcmp("abc", "abd", 3) < 0);
    assert_true(memcmp("\xff", "\x01", 1) > 0);
    assert_int_equal(memcmp("a", "b", 0), 0);
}

static void memchr_finds_bytes(void **state)
{
    static const char text[] = "ab\xff\0c";

    (void)state;
    assert_ptr_equal(memchr(text, 'b', 5), text + 1);
    assert_ptr_equal(memchr(text, 0xff, 5), text + 2);
    assert_ptr_equal(memchr(text, 'c', 5), text + 4);
    assert_null(memchr(text, 'c', 4));
    assert_null(memchr(text, 'a', 0));
}

static void lengths_are_counted(void **state)
{
    (void)state;
    assert_int_equal(strlen(""), 0);
    assert_int_equal(strlen("four"), 4);
    assert_int_equal(strnlen("four", 9), 4);
    assert_int_equal(strnlen("four", 3), 3);
    assert_int_equal(strnlen("four", 0), 0);
}

static void strings_are_compared(void **state)
{
    (void)state;
    assert_int_equal(strcmp("", ""), 0);
    assert_int_equal(strcmp("same", "same"), 0);
    assert_true(strcmp("a", "b") < 0);
    assert_true(strcmp("ab", "a") > 0);
    assert_true(strcmp("\xff", "a") > 0);
    assert_int_equal(strncmp("abX", "abY", 2), 0);
    assert_true(strncmp("abX", "abY", 3) < 0);
    assert_int_equal(strncmp("ab\0X", "ab\0Y", 4), 0);
    assert_int_equal(strncmp("a", "b", 0), 0);
}

static void characters_are_found(void **state)
{
    static const char text[] = "name=value=1";

    (void)state;
    assert_ptr_equal(strchr(text, '='), text + 4);
    assert_ptr_equal(strchr(text, '\0'), text + 12);
    assert_null(strchr(text, '!'));
}

static void strings_are_found(void **state)
{
    static const char text[] = "aab GRUB 2";

    (void)state;
    assert_ptr_equal(strstr(text, "GRUB "), text + 4);
    assert_ptr_equal(strstr(text, "ab"), text + 1);
    assert_ptr_equal(strstr(text, ""), text);
    assert_ptr_equal(strstr(text, "2"), text + 9);
    assert_null(strstr(text, "GRUB 2 "));
    assert_null(strstr("", "a"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memcpy_copies),
        cmocka_unit_test(memmove_copies_what_overlaps),
        cmocka_unit_test(memset_fills),
        cmocka_unit_test(memcmp_orders_bytes),
        cmocka_unit_test(memchr_finds_bytes),
        cmocka_unit_test(lengths_are_counted),
        cmocka_unit_test(strings_are_compared),
        cmocka_unit_test(characters_are_found),
        cmocka_unit_test(strings_are_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
