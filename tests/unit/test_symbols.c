/* SPDX-License-Identifier: MIT */
/* sources: src/lib/symbols.c */
/* The lookup in a made table, and the table that tools/symbols makes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <lib/symbols.h>
#include <machine/layout.h>

#include "unit_test.h"

const char symbol_names[] = "start\0one\0two\0";
const struct symbol symbols[] = {
    { 0x1000, 0 }, { 0x1010, 6 }, { 0x1800, 10 }, { 0x2000, 14 },
};
const uint32_t nr_symbols = ARRAY_SIZE(symbols);

static void assert_symbol(uint64_t where, const char *name, uint64_t behind)
{
    uint64_t offset = 99;
    const char *found = symbol_find(IMAGE_BASE + where, &offset);

    assert_non_null(found);
    assert_string_equal(found, name);
    assert_int_equal(offset, behind);
}

static void found_by_any_address(void **state)
{
    (void)state;
    assert_symbol(0x1000, "start", 0);
    assert_symbol(0x100f, "start", 0xf);
    assert_symbol(0x1010, "one", 0);
    assert_symbol(0x17ff, "one", 0x7ef);
    assert_symbol(0x1800, "two", 0);
    assert_symbol(0x1fff, "two", 0x7ff);
}

static void not_found_outside(void **state)
{
    static const uint64_t outside[] = {
        0, 0x1000, IMAGE_BASE - 1, IMAGE_BASE, IMAGE_BASE + 0xfff,
        IMAGE_BASE + 0x2000, IMAGE_BASE + 0x100001000, UINT64_MAX,
    };
    uint64_t offset = 99;

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(outside); i++)
        assert_null(symbol_find(outside[i], &offset));
    assert_int_equal(offset, 99);
}

/* What the tool prints for these lines of nm. */
static void run_tool(const char *lines, char *out, size_t size)
{
    char command[1024];
    FILE *pipe;
    size_t length;

    snprintf(command, sizeof(command), "printf '%s' | tools/symbols", lines);
    pipe = popen(command, "r");
    assert_non_null(pipe);
    length = fread(out, 1, size - 1, pipe);
    out[length] = '\0';
    assert_int_equal(pclose(pipe), 0);
}

static void tool_makes_the_table(void **state)
{
    char out[4096];

    (void)state;
    run_tool("                 U elsewhere\\n"
             "0000000000002000 A CPU_DATA\\n"
             "ffff82d080000010 t local\\n"
             "ffff82d080000010 T global\\n"
             "ffff82d080003000 R constant\\n"
             "ffff82d080004000 t last\\n"
             "ffff82d080005000 R after\\n"
             "ffff82d0a0000000 A CPU_AREA\\n", out, sizeof(out));
    assert_non_null(strstr(out, "nr_symbols:\n    .long 3\n"));
    assert_non_null(strstr(out, "0xffff82d080000010 - 0xffff82d080000000, 0"));
    assert_non_null(strstr(out, "0xffff82d080004000 - 0xffff82d080000000, 7"));
    assert_non_null(strstr(out, "0xffff82d080005000 - 0xffff82d080000000, 12"));
    assert_non_null(strstr(out, "    .asciz \"global\"\n    .asciz \"last\"\n"
                                "    .asciz \"\"\n"));
    assert_null(strstr(out, "local\""));
    assert_null(strstr(out, "constant"));
}

static void tool_makes_an_empty_table(void **state)
{
    char out[4096];

    (void)state;
    run_tool("", out, sizeof(out));
    assert_non_null(strstr(out, "nr_symbols:\n    .long 0\n"));
    assert_null(strstr(out, ".asciz"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(found_by_any_address),
        cmocka_unit_test(not_found_outside),
        cmocka_unit_test(tool_makes_the_table),
        cmocka_unit_test(tool_makes_an_empty_table),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
