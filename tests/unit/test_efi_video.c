/* SPDX-License-Identifier: MIT */
/* sources: src/boot/efi_video.c */
#include <string.h>

#include <boot/efi_video.h>

#include "unit_test.h"

static EFI_GRAPHICS_OUTPUT_MODE_INFORMATION info;
static EFI_GRAPHICS_OUTPUT_PROTOCOL_MODE mode;
static EFI_GRAPHICS_OUTPUT_PROTOCOL screen;
static struct boot_video video;
static bool has_screen;

static EFI_STATUS EFIAPI locate(EFI_GUID *guid, void *registration,
                                void **interface)
{
    const EFI_GUID wanted = EFI_GRAPHICS_OUTPUT_PROTOCOL_GUID;

    (void)registration;
    assert_memory_equal(guid, &wanted, sizeof(wanted));
    if (!has_screen)
        return EFI_NOT_FOUND;
    *interface = &screen;
    return EFI_SUCCESS;
}

static int start(void **state)
{
    (void)state;
    memset(&video, 0, sizeof(video));
    info = (EFI_GRAPHICS_OUTPUT_MODE_INFORMATION){
        .HorizontalResolution = 1280, .VerticalResolution = 800,
        .PixelFormat = PixelBlueGreenRedReserved8BitPerColor,
        .PixelsPerScanLine = 1344,
    };
    mode = (EFI_GRAPHICS_OUTPUT_PROTOCOL_MODE){
        .Info = &info, .FrameBufferBase = 0x4000000000,
    };
    screen.Mode = &mode;
    has_screen = true;
    return 0;
}

static void find(void)
{
    EFI_BOOT_SERVICES services = { .LocateProtocol = locate };

    efi_video_find(&services, &video);
}

static void a_screen_is_described(void **state)
{
    (void)state;
    find();
    assert_int_equal(video.type, BOOT_VIDEO_RGB);
    assert_int_equal(video.address, 0x4000000000);
    assert_int_equal(video.width, 1280);
    assert_int_equal(video.height, 800);
    assert_int_equal(video.depth, 32);
    assert_int_equal(video.pitch, 1344 * 4);
    assert_int_equal(video.red_position, 16);
    assert_int_equal(video.green_position, 8);
    assert_int_equal(video.blue_position, 0);
    assert_int_equal(video.red_size, 8);
}

static void the_order_of_colours_may_differ(void **state)
{
    (void)state;
    info.PixelFormat = PixelRedGreenBlueReserved8BitPerColor;
    find();
    assert_int_equal(video.red_position, 0);
    assert_int_equal(video.blue_position, 16);
}

static void masks_tell_the_depth(void **state)
{
    (void)state;
    info.PixelFormat = PixelBitMask;
    info.PixelInformation = (EFI_PIXEL_BITMASK){ 0x7c00, 0x3e0, 0x1f, 0 };
    find();
    assert_int_equal(video.type, BOOT_VIDEO_RGB);
    assert_int_equal(video.depth, 16);
    assert_int_equal(video.pitch, 1344 * 2);
    assert_int_equal(video.red_position, 10);
    assert_int_equal(video.red_size, 5);
    assert_int_equal(video.green_position, 5);
    assert_int_equal(video.blue_size, 5);
}

static void what_cannot_be_drawn_on_is_none(void **state)
{
    (void)state;
    info.PixelFormat = PixelBltOnly;
    find();
    assert_int_equal(video.type, BOOT_VIDEO_NONE);

    info.PixelFormat = PixelBitMask;
    memset(&info.PixelInformation, 0, sizeof(info.PixelInformation));
    find();
    assert_int_equal(video.type, BOOT_VIDEO_NONE);

    start(NULL);
    mode.FrameBufferBase = 0;
    find();
    assert_int_equal(video.type, BOOT_VIDEO_NONE);

    start(NULL);
    mode.Info = NULL;
    find();
    assert_int_equal(video.type, BOOT_VIDEO_NONE);

    start(NULL);
    has_screen = false;
    find();
    assert_int_equal(video.type, BOOT_VIDEO_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_screen_is_described, start),
        cmocka_unit_test_setup(the_order_of_colours_may_differ, start),
        cmocka_unit_test_setup(masks_tell_the_depth, start),
        cmocka_unit_test_setup(what_cannot_be_drawn_on_is_none, start),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
