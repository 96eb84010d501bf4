/* SPDX-License-Identifier: MIT */
/* Against the C library's, which keeps its name; ours gets another one. */
/* sources: src/lib/format.c */
/* cflags: -Dsnprintf=our_snprintf -Dvsnprintf=our_vsnprintf */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include <lib/console.h>

#include "unit_test.h"

#undef snprintf
#undef vsnprintf
int snprintf(char *out, size_t size, const char *format, ...);

/* Any size of buffer, any arguments: same text, same result. */
#define ASSERT_SAME(...)                                                \
    do {                                                                \
        for (size_t size = 0; size < sizeof(ours); size += 7) {         \
            memset(ours, '~', sizeof(ours));                            \
            memset(theirs, '~', sizeof(theirs));                        \
            assert_int_equal(our_snprintf(ours, size, __VA_ARGS__),     \
                             snprintf(theirs, size, __VA_ARGS__));      \
            assert_memory_equal(ours, theirs, sizeof(ours));            \
        }                                                               \
    } while (0)

/* The compiler objects to some of the combinations that are to be tried. */
#pragma GCC diagnostic ignored "-Wformat"
#pragma GCC diagnostic ignored "-Wformat-truncation"
#pragma GCC diagnostic ignored "-Wformat-extra-args"
#pragma GCC diagnostic ignored "-Wformat-overflow"
#pragma GCC diagnostic ignored "-Wformat-zero-length"

static char ours[80], theirs[80];

static void text_is_copied(void **state)
{
    (void)state;
    ASSERT_SAME("");
    ASSERT_SAME("plain");
    ASSERT_SAME("100%% of %s", "it");
    ASSERT_SAME("%c%c|%3c|%-3c|", 'a', 'b', 'c', 'd');
}

static void strings_have_width_and_precision(void **state)
{
    (void)state;
    ASSERT_SAME("%s|%8s|%-8s|%.2s|%8.2s|%-8.2s|%.0s|", "text", "text",
                "text", "text", "text", "text", "text");
    ASSERT_SAME("%*s|%*s|%.*s|%.*s|", 6, "a", -6, "b", 1, "cd", -1, "ef");
    ASSERT_SAME("%.3s", (const char[3]){ 'x', 'y', 'z' });
}

static void a_missing_string_is_shown(void **state)
{
    (void)state;
    our_snprintf(ours, sizeof(ours), "<%s>", (const char *)NULL);
    assert_string_equal(ours, "<(null)>");
}

static const char *const flags[] = {
    "", "-", "0", "+", " ", "#", "-0", "+0", " 0", "#0", "-#", "+ ", "-+",
    "0#-+ ",
};
static const char *const widths[] = { "", "1", "6", "12" };
static const char *const precisions[] = { "", ".", ".0", ".1", ".7" };

static void assert_number(const char *specifier, uint64_t value)
{
    char format[32];

    for (unsigned f = 0; f < ARRAY_SIZE(flags); f++)
        for (unsigned w = 0; w < ARRAY_SIZE(widths); w++)
            for (unsigned p = 0; p < ARRAY_SIZE(precisions); p++) {
                snprintf(format, sizeof(format), "%%%s%s%s%s|", flags[f],
                         widths[w], precisions[p], specifier);
                ASSERT_SAME(format, value);
            }
}

static void numbers_are_as_iso_c_has_them(void **state)
{
    static const char *const specifiers[] = {
        "d", "i", "u", "x", "X", "o", "hhd", "hhu", "hhx", "hd", "hu", "hx",
        "ld", "lu", "lx", "lo", "lld", "llu", "llx", "zd", "zu", "zx",
    };
    static const uint64_t values[] = {
        0, 1, 42, 0x80, 0xffff, 0x80000000, UINT_MAX, LONG_MAX,
        (uint64_t)LONG_MIN, UINT64_MAX,
    };

    (void)state;
    for (unsigned s = 0; s < ARRAY_SIZE(specifiers); s++)
        for (unsigned v = 0; v < ARRAY_SIZE(values); v++)
            assert_number(specifiers[s], values[v]);
}

static void width_and_precision_come_as_arguments(void **state)
{
    (void)state;
    ASSERT_SAME("%*d|%-*d|%*d|%.*d|%.*d|%*.*d|", 5, 1, 5, 2, -5, 3, 3, 4,
                -3, 5, 6, 3, 7);
}

static void pointers_have_sixteen_digits(void **state)
{
    (void)state;
    assert_int_equal(our_snprintf(ours, sizeof(ours), "%p %p|%18p|",
                                  (void *)0xffff82d08abcdef0, NULL,
                                  (void *)1), 16 + 1 + 16 + 1 + 18 + 1);
    assert_string_equal(ours, "ffff82d08abcdef0 0000000000000000|"
                        "  0000000000000001|");
}

static void what_is_no_conversion_is_text(void **state)
{
    (void)state;
    our_snprintf(ours, sizeof(ours), "%y %-5q %", 1);
    assert_string_equal(ours, "%y %-5q %");
}

static void no_buffer_is_needed_to_count(void **state)
{
    (void)state;
    assert_int_equal(our_snprintf(NULL, 0, "%d", 12345), 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_copied),
        cmocka_unit_test(strings_have_width_and_precision),
        cmocka_unit_test(a_missing_string_is_shown),
        cmocka_unit_test(numbers_are_as_iso_c_has_them),
        cmocka_unit_test(width_and_precision_come_as_arguments),
        cmocka_unit_test(pointers_have_sixteen_digits),
        cmocka_unit_test(what_is_no_conversion_is_text),
        cmocka_unit_test(no_buffer_is_needed_to_count),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
