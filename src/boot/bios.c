/* SPDX-License-Identifier: MIT */
#include <boot/bios.h>

#include <boot/options.h>
#include <boot/real_mode.h>
#include <hypercall/firmware_info.h>
#include <lib/console.h>
#include <lib/string.h>

/* AMD64 Technology, BIOS and Kernel Developer's Guide: INT 15h, EC00h */
#define TARGET_OPERATING_MODE 0xec00
#define LONG_MODE_ONLY        2

static void declare_long_mode(void)
{
    struct real_mode_registers regs = {
        .eax = TARGET_OPERATING_MODE, .ebx = LONG_MODE_ONLY,
    };

    real_mode_interrupt(0x15, &regs);
}

static void ask_keyboard(void)
{
    struct real_mode_registers regs = { .eax = 0x0200 };

    real_mode_interrupt(0x16, &regs);
    bios_info.keyboard_shift_flags = (uint8_t)regs.eax;
}

void bios_ask(struct boot_info *info)
{
    if (info->efi.system_table || options.no_real_mode)
        return;
    if (!real_mode_begin(&info->memory)) {
        printk("BIOS: none that could be asked\n");
        return;
    }
    declare_long_mode();
    if (strcmp(options.edd, "off") != 0) {
        bios_ask_disks();
        if (strcmp(options.edd, "skipmbr") != 0)
            bios_ask_signatures();
    }
    bios_ask_video_mode(&info->video);
    bios_ask_display(options.edid);
    ask_keyboard();
    real_mode_end();
    printk("BIOS: %u disks, %u MBR signatures, %s EDID\n",
           bios_info.nr_disks, bios_info.nr_signatures,
           bios_info.has_edid ? "an" : "no");
}
