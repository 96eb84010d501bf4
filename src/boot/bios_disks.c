/* SPDX-License-Identifier: MIT */
/* INT 13h: BIOS Enhanced Disk Drive Services, T13 1572D (EDD-3). */
#include <boot/bios.h>

#include <boot/real_mode.h>
#include <hypercall/firmware_info.h>
#include <lib/string.h>

#define INT_DISK    0x13
#define FIRST_DISK  0x80
#define LAST_DISK   0xff

#define READ_SECTORS          0x0201    /* AH; AL: one of them */
#define LEGACY_PARAMETERS     0x0800
#define CHECK_EXTENSIONS      0x4100
#define EXTENDED_PARAMETERS   0x4800

#define EXTENSIONS_ASKED 0x55aa
#define EXTENSIONS_THERE 0xaa55

#define SECTOR_SIZE_AT   0x18           /* in the extended parameters */
#define MBR_SIGNATURE_AT 0x1b8
#define MBR_MAGIC_AT     0x1fe
#define MBR_MAGIC        0xaa55

static bool failed(const struct real_mode_registers *regs)
{
    return regs->flags & REAL_MODE_CARRY;
}

static void ask_parameters(struct bios_disk *disk)
{
    uint16_t size = EDD_PARAMETERS_SIZE;
    struct real_mode_registers regs = {
        .eax = EXTENDED_PARAMETERS, .edx = disk->device,
    };
    uint8_t *buffer = real_mode_buffer(&regs.ds);

    memcpy(buffer, &size, sizeof size);
    /* What a call that fails leaves is as good as what Xen would keep. */
    real_mode_interrupt(INT_DISK, &regs);
    memcpy(disk->parameters, buffer, sizeof disk->parameters);
}

static void ask_legacy(struct bios_disk *disk)
{
    struct real_mode_registers regs = {
        .eax = LEGACY_PARAMETERS, .edx = disk->device,
    };

    real_mode_interrupt(INT_DISK, &regs);
    if (failed(&regs))
        return;
    disk->legacy_sectors_per_track = regs.ecx & 0x3f;
    disk->legacy_max_head = (uint8_t)(regs.edx >> 8);
    disk->legacy_max_cylinder = (uint16_t)((regs.ecx >> 8 & 0xff)
                                           | (regs.ecx & 0xc0) << 2);
}

/* False: no more disks. */
static bool ask_disk(unsigned device)
{
    struct bios_disk *disk = &bios_info.disks[bios_info.nr_disks];
    struct real_mode_registers regs = {
        .eax = CHECK_EXTENSIONS, .ebx = EXTENSIONS_ASKED, .edx = device,
    };

    real_mode_interrupt(INT_DISK, &regs);
    if (failed(&regs))
        return false;
    if ((uint16_t)regs.ebx != EXTENSIONS_THERE)
        return true;
    disk->device = (uint8_t)device;
    disk->version = (uint8_t)(regs.eax >> 8);
    disk->interface_support = (uint16_t)regs.ecx;
    ask_parameters(disk);
    ask_legacy(disk);
    bios_info.nr_disks++;
    return true;
}

void bios_ask_disks(void)
{
    for (unsigned device = FIRST_DISK;
         device <= LAST_DISK && bios_info.nr_disks < BIOS_DISKS_MAX;
         device++)
        if (!ask_disk(device))
            return;
}

static unsigned sector_size(unsigned device)
{
    for (unsigned i = 0; i < bios_info.nr_disks; i++) {
        uint16_t size;

        memcpy(&size, bios_info.disks[i].parameters + SECTOR_SIZE_AT,
               sizeof size);
        if (bios_info.disks[i].device == device)
            return size;
    }
    return 0;
}

/* False: no more disks. */
static bool ask_signature(unsigned device)
{
    struct bios_signature *kept =
        &bios_info.signatures[bios_info.nr_signatures];
    struct real_mode_registers regs = {
        .eax = READ_SECTORS, .ecx = 1, .edx = device,   /* the first one */
    };
    const uint8_t *buffer = real_mode_buffer(&regs.es);
    uint16_t magic;

    if (sector_size(device) > REAL_MODE_BUFFER_SIZE)
        return true;
    real_mode_interrupt(INT_DISK, &regs);
    if (failed(&regs) || (regs.eax >> 8 & 0xff) != 0)
        return false;
    memcpy(&magic, buffer + MBR_MAGIC_AT, sizeof magic);
    if (magic != MBR_MAGIC)
        return true;
    kept->device = (uint8_t)device;
    memcpy(&kept->signature, buffer + MBR_SIGNATURE_AT,
           sizeof kept->signature);
    bios_info.nr_signatures++;
    return true;
}

void bios_ask_signatures(void)
{
    for (unsigned device = FIRST_DISK;
         device <= LAST_DISK && bios_info.nr_signatures < BIOS_SIGNATURES_MAX;
         device++)
        if (!ask_signature(device))
            return;
}
