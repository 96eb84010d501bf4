/* SPDX-License-Identifier: MIT */
/* sources: src/entry/prologue.c */
/* What callbacks for SYSCALL begin with, as kernels of Debian's have it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <entry/prologue.h>

#define ADDRESS 0xffffffff81227f38
#define ENDBR64 0xf3, 0x0f, 0x1e, 0xfa
#define POPS    0x59, 0x41, 0x5b
#define MOV_SS  0x48, 0xc7, 0x44, 0x24, 0x20, 0x2b, 0x00, 0x00, 0x00
#define MOV_CS  0x48, 0xc7, 0x44, 0x24, 0x08, 0x33, 0x00, 0x00, 0x00

static const uint8_t linux_6_1[] = {
    POPS, MOV_SS, MOV_CS, 0xe9, 0x6e, 0x81, 0xbd, 0x00,
};

static const uint8_t linux_7[] = {
    ENDBR64, POPS, MOV_SS, MOV_CS, 0xe9, 0xeb, 0x94, 0xd3, 0xff,
};

static struct prologue read_all(const uint8_t *code, size_t size)
{
    struct prologue prologue = { 1, 2, 3 };

    assert_true(prologue_read(code, size, ADDRESS, &prologue));
    return prologue;
}

#define READ(code) read_all((code), sizeof(code))

static void of_linux(void **state)
{
    struct prologue old = READ(linux_6_1), new = READ(linux_7);

    (void)state;
    assert_int_equal(old.end, ADDRESS + 26 + 0xbd816e);
    assert_int_equal(old.ss, 0x2b);
    assert_int_equal(old.cs, 0x33);
    assert_int_equal(new.end, ADDRESS + 30 - 0x2c6b15);
    assert_int_equal(new.ss, 0x2b);
    assert_int_equal(new.cs, 0x33);
}

/* What isn't all there is left to the callback. */
static void cut_short(void **state)
{
    static const uint64_t ends[sizeof linux_6_1] = {
        [3] = 3, [12] = 12, [21] = 21,
    };

    (void)state;
    for (size_t size = 0, end = 0; size < sizeof linux_6_1; size++) {
        struct prologue prologue = { 1, 2, 3 };
        bool found = prologue_read(linux_6_1, size, ADDRESS, &prologue);

        end = ends[size] ? ends[size] : end;
        assert_int_equal(found, size >= 3);
        assert_int_equal(prologue.end, found ? ADDRESS + end : 1);
        assert_int_equal(prologue.ss, size >= 12 ? 0x2b : 2);
        assert_int_equal(prologue.cs, size >= 21 ? 0x33 : 3);
    }
}

static void others(void **state)
{
    static const uint8_t nothing[] = { 0x0f, 0x1f, 0x40, 0x00 };
    static const uint8_t pop_r10[] = { 0x59, 0x41, 0x5a, MOV_SS };
    static const uint8_t swapped[] = { 0x41, 0x5b, 0x59, MOV_SS };
    static const uint8_t second[] = { ENDBR64, ENDBR64, POPS };
    static const uint8_t *const codes[] = { nothing, pop_r10, swapped, second };
    static const size_t sizes[] = {
        sizeof nothing, sizeof pop_r10, sizeof swapped, sizeof second,
    };

    (void)state;
    for (unsigned i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        struct prologue prologue;

        assert_false(prologue_read(codes[i], sizes[i], ADDRESS, &prologue));
    }
}

/* MOVQ of another place, or another jump, is not for us to do. */
static void ends_early(void **state)
{
    static const uint8_t elsewhere[] = {
        0x0f, 0x1f, 0x40, 0xd6, POPS, 0x48, 0xc7, 0x44, 0x24, 0x18, 1, 0, 0, 0,
    };
    static const uint8_t short_jump[] = { POPS, MOV_CS, 0xeb, 0x10, 0, 0, 0 };

    (void)state;
    assert_int_equal(READ(elsewhere).end, ADDRESS + 7);
    assert_int_equal(READ(short_jump).end, ADDRESS + 12);
    assert_int_equal(READ(short_jump).ss, 2);
    assert_int_equal(READ(short_jump).cs, 0x33);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_linux),
        cmocka_unit_test(cut_short),
        cmocka_unit_test(others),
        cmocka_unit_test(ends_early),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
