/* SPDX-License-Identifier: MIT */
/* INT 10h: VESA BIOS Extension Core 3.0, VBE/DDC 1.1. */
#include <boot/bios.h>

#include <boot/real_mode.h>
#include <hypercall/firmware_info.h>
#include <lib/string.h>

#define INT_VIDEO 0x10

#define VBE_CONTROLLER 0x4f00
#define VBE_MODE_INFO  0x4f01
#define VBE_THIS_MODE  0x4f03
#define VBE_DDC        0x4f15
#define VBE_SUCCESS    0x004f           /* in AX */

#define VBE_MODE_MASK  0x3fff           /* less flags of how it was set */

#define VERSION_AT      4               /* in what the calls answer */
#define CAPABILITIES_AT 10
#define ATTRIBUTES_AT   0
#define VBE_2_0         0x0200

#define DDC_METHODS     3               /* BL: DDC1, DDC2 */
#define DDC_SECONDS_MAX 5               /* BH: that reading takes */
#define DDC_READ        1

static bool call(struct real_mode_registers *regs)
{
    real_mode_interrupt(INT_VIDEO, regs);
    return (uint16_t)regs->eax == VBE_SUCCESS;
}

static bool ask_controller(uint16_t *version, uint32_t *capabilities)
{
    struct real_mode_registers regs = { .eax = VBE_CONTROLLER };
    uint8_t *buffer = real_mode_buffer(&regs.es);

    memcpy(buffer, "VBE2", 4);
    if (!call(&regs) || memcmp(buffer, "VESA", 4) != 0)
        return false;
    memcpy(version, buffer + VERSION_AT, sizeof *version);
    memcpy(capabilities, buffer + CAPABILITIES_AT, sizeof *capabilities);
    return true;
}

void bios_ask_video_mode(struct boot_video *video)
{
    struct real_mode_registers regs = { .eax = VBE_THIS_MODE };
    uint16_t version;

    if (video->type != BOOT_VIDEO_RGB
        || !ask_controller(&version, &video->vbe_capabilities)
        || !call(&regs))
        return;
    regs.eax = VBE_MODE_INFO;
    regs.ecx = regs.ebx & VBE_MODE_MASK;

    const uint8_t *buffer = real_mode_buffer(&regs.es);

    regs.edi = 0;
    if (call(&regs))
        memcpy(&video->vbe_attributes, buffer + ATTRIBUTES_AT,
               sizeof video->vbe_attributes);
}

void bios_ask_display(const char *edid)
{
    struct real_mode_registers regs = { .eax = VBE_DDC };
    uint32_t capabilities;
    uint16_t version;

    if (strcmp(edid, "no") == 0 || !ask_controller(&version, &capabilities)
        || version < VBE_2_0 || !call(&regs))
        return;
    bios_info.ddc_capabilities = (uint16_t)regs.ebx;
    if (strcmp(edid, "force") != 0
        && (!(regs.ebx & DDC_METHODS)
            || (regs.ebx >> 8 & 0xff) > DDC_SECONDS_MAX))
        return;

    regs = (struct real_mode_registers){ .eax = VBE_DDC, .ebx = DDC_READ };

    const uint8_t *buffer = real_mode_buffer(&regs.es);

    if (!call(&regs))
        return;
    memcpy(bios_info.edid, buffer, sizeof bios_info.edid);
    bios_info.has_edid = true;
}
