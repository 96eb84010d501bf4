/* SPDX-License-Identifier: MIT */
/* sources: src/guest/vga_console_info.c */
#include <string.h>

#include <guest/vga_console_info.h>

#include "unit_test.h"

#include <xen/xen.h>

static struct dom0_vga_console_info told;

static const struct boot_video text = {
    .type = BOOT_VIDEO_TEXT, .width = 80, .height = 25, .font_height = 16,
};

static const struct boot_video graphics = {
    .type = BOOT_VIDEO_RGB, .address = 0x1fd000000, .pitch = 4096,
    .width = 1024, .height = 769, .depth = 32,
    .red_position = 16, .red_size = 8, .green_position = 8,
    .green_size = 8, .blue_position = 0, .blue_size = 8,
    .vbe_attributes = 0x9b, .vbe_capabilities = 1,
};

static void fill(const struct boot_video *video, unsigned column,
                 unsigned row, bool efi)
{
    memset(&told, 0x55, sizeof told);
    vga_console_info_fill(&told, video,
                          (struct text_cursor){ column, row }, efi);
}

static void text_screen(void **state)
{
    (void)state;
    fill(&text, 7, 24, false);
    assert_int_equal(told.video_type, XEN_VGATYPE_TEXT_MODE_3);
    assert_int_equal(told.u.text_mode_3.columns, 80);
    assert_int_equal(told.u.text_mode_3.rows, 25);
    assert_int_equal(told.u.text_mode_3.font_height, 16);
    assert_int_equal(told.u.text_mode_3.cursor_x, 7);
    assert_int_equal(told.u.text_mode_3.cursor_y, 24);
}

static void cursor_elsewhere_is_not_told(void **state)
{
    (void)state;
    fill(&text, 80, 3, false);
    assert_int_equal(told.u.text_mode_3.cursor_x, 0);
    assert_int_equal(told.u.text_mode_3.cursor_y, 0);
    fill(&text, 3, 25, false);
    assert_int_equal(told.u.text_mode_3.cursor_x, 0);
    assert_int_equal(told.u.text_mode_3.cursor_y, 0);
}

static void vbe_framebuffer(void **state)
{
    (void)state;
    fill(&graphics, 0, 0, false);
    assert_int_equal(told.video_type, XEN_VGATYPE_VESA_LFB);
    assert_int_equal(told.u.vesa_lfb.width, 1024);
    assert_int_equal(told.u.vesa_lfb.height, 769);
    assert_int_equal(told.u.vesa_lfb.bytes_per_line, 4096);
    assert_int_equal(told.u.vesa_lfb.bits_per_pixel, 32);
    assert_int_equal(told.u.vesa_lfb.lfb_base, 0xfd000000);
    assert_int_equal(told.u.vesa_lfb.ext_lfb_base, 1);
    assert_int_equal(told.u.vesa_lfb.lfb_size, 49);     /* rounded up */
    assert_int_equal(told.u.vesa_lfb.red_pos, 16);
    assert_int_equal(told.u.vesa_lfb.green_pos, 8);
    assert_int_equal(told.u.vesa_lfb.blue_pos, 0);
    assert_int_equal(told.u.vesa_lfb.rsvd_pos, 24);
    assert_int_equal(told.u.vesa_lfb.rsvd_size, 8);
    assert_int_equal(told.u.vesa_lfb.gbl_caps, 1);
    assert_int_equal(told.u.vesa_lfb.mode_attrs, 0x9b);
}

static void gop_framebuffer(void **state)
{
    (void)state;
    fill(&graphics, 0, 0, true);
    assert_int_equal(told.video_type, XEN_VGATYPE_EFI_LFB);
    assert_int_equal(told.u.vesa_lfb.gbl_caps, 2);
}

static void reserved_bits_are_what_is_left(void **state)
{
    struct boot_video video = graphics;

    (void)state;
    video.depth = 24;
    fill(&video, 0, 0, false);
    assert_int_equal(told.u.vesa_lfb.rsvd_size, 0);
    assert_int_equal(told.u.vesa_lfb.rsvd_pos, 0);
    video.depth = 15;
    video.red_position = 10, video.green_position = 5;
    video.red_size = video.green_size = video.blue_size = 5;
    fill(&video, 0, 0, false);
    assert_int_equal(told.u.vesa_lfb.rsvd_pos, 15);
    assert_int_equal(told.u.vesa_lfb.rsvd_size, 1);
}

static void no_screen_is_all_zero(void **state)
{
    static const struct dom0_vga_console_info nothing;
    static const struct boot_video none = { .type = BOOT_VIDEO_NONE };

    (void)state;
    fill(&none, 1, 1, true);
    assert_memory_equal(&told, &nothing, sizeof told);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_screen),
        cmocka_unit_test(cursor_elsewhere_is_not_told),
        cmocka_unit_test(vbe_framebuffer),
        cmocka_unit_test(gop_framebuffer),
        cmocka_unit_test(reserved_bits_are_what_is_left),
        cmocka_unit_test(no_screen_is_all_zero),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
