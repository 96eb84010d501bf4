/* SPDX-License-Identifier: MIT */
/* The Graphics Output Protocol, UEFI 2.10, 12.9. */
#include <boot/efi_video.h>

/* How many bits it takes to write it. */
static unsigned width(uint32_t mask)
{
    return mask ? 32 - (unsigned)__builtin_clz(mask) : 0;
}

static void set_mask(uint32_t mask, uint8_t *position, uint8_t *size)
{
    *position = mask ? (uint8_t)__builtin_ctz(mask) : 0;
    *size = (uint8_t)width(mask >> *position);
}

static bool set_masks(const EFI_GRAPHICS_OUTPUT_MODE_INFORMATION *mode,
                      struct boot_video *video)
{
    EFI_PIXEL_BITMASK masks = mode->PixelInformation;

    switch (mode->PixelFormat) {
    case PixelRedGreenBlueReserved8BitPerColor:
        masks = (EFI_PIXEL_BITMASK){ 0xff, 0xff00, 0xff0000, 0xff000000 };
        break;
    case PixelBlueGreenRedReserved8BitPerColor:
        masks = (EFI_PIXEL_BITMASK){ 0xff0000, 0xff00, 0xff, 0xff000000 };
        break;
    case PixelBitMask:
        break;
    default:                    /* no framebuffer that can be written to */
        return false;
    }

    uint32_t all = masks.RedMask | masks.GreenMask | masks.BlueMask
                   | masks.ReservedMask;

    if (!all)
        return false;
    set_mask(masks.RedMask, &video->red_position, &video->red_size);
    set_mask(masks.GreenMask, &video->green_position, &video->green_size);
    set_mask(masks.BlueMask, &video->blue_position, &video->blue_size);
    /* Pixels are whole bytes. */
    video->depth = (uint8_t)((width(all) + 7) & ~7u);
    return true;
}

void efi_video_describe(const EFI_GRAPHICS_OUTPUT_PROTOCOL_MODE *mode,
                        struct boot_video *video)
{
    const EFI_GRAPHICS_OUTPUT_MODE_INFORMATION *info = mode->Info;

    if (!mode->FrameBufferBase || !info || !set_masks(info, video))
        return;
    video->address = mode->FrameBufferBase;
    video->width = info->HorizontalResolution;
    video->height = info->VerticalResolution;
    video->pitch = info->PixelsPerScanLine * (video->depth / 8);
    video->type = BOOT_VIDEO_RGB;
}

void efi_video_find(EFI_BOOT_SERVICES *services, struct boot_video *video)
{
    EFI_GUID guid = EFI_GRAPHICS_OUTPUT_PROTOCOL_GUID;
    EFI_GRAPHICS_OUTPUT_PROTOCOL *screen = NULL;

    if (EFI_ERROR(services->LocateProtocol(&guid, NULL, (void **)&screen))
        || !screen || !screen->Mode)
        return;
    efi_video_describe(screen->Mode, video);
}
