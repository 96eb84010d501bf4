/* SPDX-License-Identifier: MIT */
/* What a BIOS said at boot, for XENPF_firmware_info. */
#ifndef HYPERCALL_FIRMWARE_INFO_H
#define HYPERCALL_FIRMWARE_INFO_H

#include <stdbool.h>
#include <stdint.h>

#define BIOS_DISKS_MAX      6           /* as many as Xen keeps */
#define BIOS_SIGNATURES_MAX 16
#define EDD_PARAMETERS_SIZE 74          /* EDD-3, with the device path */
#define EDID_SIZE           128

/* BIOS Enhanced Disk Drive Services (T13 1572D), INT 13h 41h, 08h, 48h. */
struct bios_disk {
    uint8_t device, version;
    uint16_t interface_support;
    uint16_t legacy_max_cylinder;
    uint8_t legacy_max_head, legacy_sectors_per_track;
    uint8_t parameters[EDD_PARAMETERS_SIZE];    /* the first word: length */
};

struct bios_signature {
    uint8_t device;
    uint32_t signature;         /* of the MBR, at its byte 0x1b8 */
};

struct bios_info {
    unsigned nr_disks, nr_signatures;
    struct bios_disk disks[BIOS_DISKS_MAX];
    struct bios_signature signatures[BIOS_SIGNATURES_MAX];
    uint16_t ddc_capabilities;  /* BX of VBE/DDC, INT 10h 4f15h BL = 0 */
    bool has_edid;
    uint8_t edid[EDID_SIZE];
    uint8_t keyboard_shift_flags;       /* INT 16h 02h */
};

/* Boot fills it. */
extern struct bios_info bios_info;

struct xenpf_firmware_info;

/* public/platform.h, XENPF_firmware_info: results go into *info. */
long firmware_info(struct xenpf_firmware_info *info);

#endif
