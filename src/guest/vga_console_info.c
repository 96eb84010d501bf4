/* SPDX-License-Identifier: MIT */
#include <guest/vga_console_info.h>

#include <xen/xen.h>

#include <lib/string.h>

#define LFB_UNIT 0x10000u       /* of lfb_size, in bytes */
#define NOT_VGA  2              /* VBE 3.0, Capabilities: not compatible */

static void fill_text(struct dom0_vga_console_info *console,
                      const struct boot_video *video,
                      struct text_cursor cursor)
{
    console->video_type = XEN_VGATYPE_TEXT_MODE_3;
    console->u.text_mode_3.font_height = video->font_height;
    console->u.text_mode_3.columns = video->width;
    console->u.text_mode_3.rows = video->height;
    /* Kernels take it for a place in their own buffers. */
    if (cursor.column < video->width && cursor.row < video->height) {
        console->u.text_mode_3.cursor_x = cursor.column;
        console->u.text_mode_3.cursor_y = cursor.row;
    }
}

static unsigned max(unsigned a, unsigned b)
{
    return a > b ? a : b;
}

/* The bits above all colours: Linux finds its pixel formats by them too. */
static void fill_reserved(struct dom0_vga_console_info *console,
                          const struct boot_video *video)
{
    unsigned used = max(video->red_position + video->red_size,
                        max(video->green_position + video->green_size,
                            video->blue_position + video->blue_size));
    unsigned all = (video->depth + 7u) / 8 * 8;

    if (used < all) {
        console->u.vesa_lfb.rsvd_pos = used;
        console->u.vesa_lfb.rsvd_size = all - used;
    }
}

static void fill_framebuffer(struct dom0_vga_console_info *console,
                             const struct boot_video *video, bool efi)
{
    uint64_t size = (uint64_t)video->pitch * video->height;

    console->video_type = efi ? XEN_VGATYPE_EFI_LFB : XEN_VGATYPE_VESA_LFB;
    console->u.vesa_lfb.width = video->width;
    console->u.vesa_lfb.height = video->height;
    console->u.vesa_lfb.bytes_per_line = video->pitch;
    console->u.vesa_lfb.bits_per_pixel = video->depth;
    console->u.vesa_lfb.lfb_base = (uint32_t)video->address;
    console->u.vesa_lfb.ext_lfb_base = video->address >> 32;
    console->u.vesa_lfb.lfb_size = (size + LFB_UNIT - 1) / LFB_UNIT;
    console->u.vesa_lfb.red_pos = video->red_position;
    console->u.vesa_lfb.red_size = video->red_size;
    console->u.vesa_lfb.green_pos = video->green_position;
    console->u.vesa_lfb.green_size = video->green_size;
    console->u.vesa_lfb.blue_pos = video->blue_position;
    console->u.vesa_lfb.blue_size = video->blue_size;
    fill_reserved(console, video);
    console->u.vesa_lfb.gbl_caps = efi ? NOT_VGA : video->vbe_capabilities;
    console->u.vesa_lfb.mode_attrs = video->vbe_attributes;
}

void vga_console_info_fill(struct dom0_vga_console_info *console,
                           const struct boot_video *video,
                           struct text_cursor cursor, bool efi)
{
    memset(console, 0, sizeof *console);
    if (video->type == BOOT_VIDEO_TEXT)
        fill_text(console, video, cursor);
    else if (video->type == BOOT_VIDEO_RGB)
        fill_framebuffer(console, video, efi);
}
