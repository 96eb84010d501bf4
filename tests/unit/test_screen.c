/* SPDX-License-Identifier: MIT */
/* sources: build/obj/font.S */
/* The screen's rows and columns, and how a framebuffer shows them. */
#include <stdlib.h>
#include <string.h>

#include "unit_test.h"

/* Their state has to be cleared for each test. */
#include "../../src/machine/framebuffer.c"
#include "../../src/machine/screen.c"

enum { WIDTH = 83, LINES = 50, COLUMNS = 10, ROWS = 3 };

static uint8_t *memory;
static size_t memory_size;
static unsigned drawn;

static const struct framebuffer rgb32 = {
    .pitch = 4 * WIDTH + 20, .width = WIDTH, .height = LINES, .depth = 32,
    .red = { 16, 8 }, .green = { 8, 8 }, .blue = { 0, 8 },
};

static const struct framebuffer bgr24 = {
    .pitch = 3 * WIDTH + 1, .width = WIDTH, .height = LINES, .depth = 24,
    .red = { 0, 8 }, .green = { 8, 8 }, .blue = { 16, 8 },
};

static const struct framebuffer rgb565 = {
    .pitch = 2 * WIDTH, .width = WIDTH, .height = LINES, .depth = 16,
    .red = { 11, 5 }, .green = { 5, 6 }, .blue = { 0, 5 },
};

static const struct framebuffer rgb555 = {
    .pitch = 2 * WIDTH, .width = WIDTH, .height = LINES, .depth = 15,
    .red = { 10, 5 }, .green = { 5, 5 }, .blue = { 0, 5 },
};

/* Exactly as large as it says, for AddressSanitizer to watch. */
static void start(const struct framebuffer *wanted)
{
    shared = silent = false;
    assert_true(framebuffer_is_usable(wanted));
    memory_size = framebuffer_size(wanted);
    memory = malloc(memory_size);
    memset(memory, 0x55, memory_size);
    screen_set_up(framebuffer_set_up(wanted, memory));
    assert_true(screen_console.start(""));
    assert_int_equal(columns, COLUMNS);
    assert_int_equal(rows, ROWS);
}

static int stop(void **state)
{
    (void)state;
    free(memory);
    memory = NULL;
    return 0;
}

static void write_text(const char *text)
{
    screen_console.write(text, strlen(text));
}

static uint32_t pixel(unsigned x, unsigned y)
{
    const uint8_t *at = memory + y * buffer.pitch + x * pixel_bytes;
    uint32_t value = 0;

    memcpy(&value, at, pixel_bytes);
    return value;
}

/* The cell shows this character in this colour and nothing else. */
static void assert_shown(unsigned at_column, unsigned at_row, char c,
                         uint32_t on)
{
    for (unsigned y = 0; y < FONT_HEIGHT; y++)
        for (unsigned x = 0; x < FONT_WIDTH; x++) {
            bool set = font[c - FONT_FIRST][y] >> (7 - x) & 1;

            assert_int_equal(pixel(at_column * FONT_WIDTH + x,
                                   at_row * FONT_HEIGHT + y),
                             set ? on : 0);
        }
}

static void assert_rows(const char *const expected[ROWS], uint32_t on)
{
    for (unsigned r = 0; r < ROWS; r++)
        for (unsigned c = 0; c < COLUMNS; c++)
            assert_shown(c, r, c < strlen(expected[r]) ? expected[r][c]
                                                       : ' ', on);
}

static void every_depth_has_its_grey(void **state)
{
    static const struct {
        const struct framebuffer *kind;
        uint32_t grey;
    } kinds[] = {
        { &rgb32, 0xaaaaaa }, { &bgr24, 0xaaaaaa },
        { &rgb565, 20 << 11 | 42 << 5 | 20 },
        { &rgb555, 20 << 10 | 20 << 5 | 20 },
    };

    for (unsigned i = 0; i < ARRAY_SIZE(kinds); i++) {
        start(kinds[i].kind);
        write_text("Ag~\r\n 0");
        assert_rows((const char *[]){ "Ag~", " 0", "" }, kinds[i].grey);
        stop(state);
    }
}

static void margins_are_cleared(void **state)
{
    (void)state;
    start(&rgb32);
    for (unsigned y = 0; y < LINES; y++)
        for (unsigned x = 0; x < WIDTH; x++)
            assert_int_equal(pixel(x, y), 0);
    /* What lies between the lines is not ours. */
    assert_int_equal(memory[4 * WIDTH], 0x55);
}

static void rows_scroll(void **state)
{
    (void)state;
    start(&rgb32);
    write_text("one\r\ntwo\r\nthree\r\nfour");
    assert_rows((const char *[]){ "two", "three", "four" }, 0xaaaaaa);
    write_text("\r\n0123456789");
    assert_rows((const char *[]){ "three", "four", "0123456789" },
                0xaaaaaa);
    write_text("ab\tc\bd\x7f\xff");
    assert_rows((const char *[]){ "0123456789", "ab      d?", "?" },
                0xaaaaaa);
    write_text("x");
    assert_rows((const char *[]){ "0123456789", "ab      d?", "?x" },
                0xaaaaaa);
}

static void count_draws(unsigned at_column, unsigned at_row, char c)
{
    drawn++;
    draw(at_column, at_row, c);
}

static void only_changes_are_drawn(void **state)
{
    struct screen counting;

    (void)state;
    start(&rgb32);
    counting = framebuffer_screen;
    counting.draw = count_draws;
    screen_set_up(&counting);
    write_text("aa\r\nab\r\n");
    drawn = 0;
    write_text("\r\n");
    /* "ab" over "aa", blanks over "ab". */
    assert_int_equal(drawn, 3);
}

static void guest_has_it_until_a_panic(void **state)
{
    (void)state;
    start(&rgb32);
    write_text("mine");
    screen_hand_over(false);
    memset(memory, 0x77, memory_size);
    write_text("silent");
    for (size_t i = 0; i < memory_size; i++)
        assert_int_equal(memory[i], 0x77);
    screen_console.set_mode(CONSOLE_SYNCHRONOUS);
    write_text("silent");
    assert_int_equal(memory[0], 0x77);
    screen_console.set_mode(CONSOLE_PANIC);
    write_text("Panic");
    assert_rows((const char *[]){ "Panic", "", "" }, 0xaaaaaa);
}

static void kept_text_covers_the_guests(void **state)
{
    (void)state;
    start(&rgb32);
    write_text("a\r\na\r\na\r\n");
    screen_hand_over(true);
    memset(memory, 0x77, memory_size);
    write_text("b");
    assert_shown(0, 2, 'b', 0xaaaaaa);
    write_text("\r\n");
    assert_rows((const char *[]){ "a", "b", "" }, 0xaaaaaa);
}

static void moved_pixels_are_drawn_on(void **state)
{
    uint8_t *old;

    (void)state;
    start(&rgb565);
    old = memory;
    memory = calloc(1, memory_size);
    framebuffer_move(memory);
    write_text("x");
    assert_shown(0, 0, 'x', 20 << 11 | 42 << 5 | 20);
    free(old);
}

static void huge_screens_are_used_in_part(void **state)
{
    static struct framebuffer huge;

    (void)state;
    huge = rgb32;
    huge.width = huge.height = 8192;
    huge.pitch = 4 * 8192;
    screen_set_up(framebuffer_set_up(&huge, NULL));
    assert_int_equal(columns, SCREEN_COLUMNS_MAX);
    assert_int_equal(rows, SCREEN_ROWS_MAX);
}

static void assert_unusable(struct framebuffer wrong)
{
    assert_false(framebuffer_is_usable(&wrong));
}

#define WRONG(kind, member, value)              \
    do {                                        \
        struct framebuffer wrong_ = kind;       \
                                                \
        wrong_.member = value;                  \
        assert_unusable(wrong_);                \
    } while (0)

static void nonsense_is_refused(void **state)
{
    (void)state;
    WRONG(rgb32, depth, 8);
    WRONG(rgb32, depth, 0);
    WRONG(rgb32, depth, 64);
    WRONG(rgb32, width, 0);
    WRONG(rgb32, height, 0);
    WRONG(rgb32, width, WIDTH + 6);
    WRONG(rgb32, width, UINT32_MAX);
    WRONG(rgb32, pitch, 0);
    WRONG(rgb32, red.size, 0);
    WRONG(rgb32, red.size, 32);
    WRONG(rgb32, green.position, 25);
    WRONG(rgb565, blue.position, 12);
    WRONG(rgb565, red.position, 255);
}

static void no_screen_does_not_start(void **state)
{
    static const struct screen narrow = { .columns = 0, .rows = 25 };

    (void)state;
    screen = NULL;
    assert_false(screen_console.start(""));
    screen_set_up(&narrow);
    assert_false(screen_console.start(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(every_depth_has_its_grey, stop),
        cmocka_unit_test_teardown(margins_are_cleared, stop),
        cmocka_unit_test_teardown(rows_scroll, stop),
        cmocka_unit_test_teardown(only_changes_are_drawn, stop),
        cmocka_unit_test_teardown(guest_has_it_until_a_panic, stop),
        cmocka_unit_test_teardown(kept_text_covers_the_guests, stop),
        cmocka_unit_test_teardown(moved_pixels_are_drawn_on, stop),
        cmocka_unit_test(huge_screens_are_used_in_part),
        cmocka_unit_test(nonsense_is_refused),
        cmocka_unit_test(no_screen_does_not_start),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
