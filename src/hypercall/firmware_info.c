/* SPDX-License-Identifier: MIT */
#include <hypercall/firmware_info.h>

#include <xen/xen.h>
#include <xen/errno.h>
#include <xen/platform.h>

#include <hypercall/efi.h>
#include <lib/guest_access.h>
#include <lib/string.h>

struct bios_info bios_info;

/* As much of the parameters as both sides have; their length is told. */
static long copy_parameters(const struct bios_disk *disk, uint64_t to)
{
    uint16_t wanted, length;

    memcpy(&length, disk->parameters, sizeof length);
    if (length > sizeof disk->parameters)
        length = sizeof disk->parameters;
    if (!GUEST_READ(&wanted, to))
        return -XEN_EFAULT;
    if (wanted < length)
        length = wanted;
    if (!copy_to_guest(to, disk->parameters, length)
        || !GUEST_WRITE(to, &length))
        return -XEN_EFAULT;
    return 0;
}

static long disk_info(struct xenpf_firmware_info *info)
{
    const struct bios_disk *disk;
    long result;

    if (info->index >= bios_info.nr_disks)
        return -XEN_ESRCH;
    disk = &bios_info.disks[info->index];
    result = copy_parameters(disk, (uint64_t)info->u.disk_info.edd_params.p);
    if (result)
        return result;
    info->u.disk_info.device = disk->device;
    info->u.disk_info.version = disk->version;
    info->u.disk_info.interface_support = disk->interface_support;
    info->u.disk_info.legacy_max_cylinder = disk->legacy_max_cylinder;
    info->u.disk_info.legacy_max_head = disk->legacy_max_head;
    info->u.disk_info.legacy_sectors_per_track =
        disk->legacy_sectors_per_track;
    return 0;
}

static long disk_signature(struct xenpf_firmware_info *info)
{
    if (info->index >= bios_info.nr_signatures)
        return -XEN_ESRCH;
    info->u.disk_mbr_signature.device =
        bios_info.signatures[info->index].device;
    info->u.disk_mbr_signature.mbr_signature =
        bios_info.signatures[info->index].signature;
    return 0;
}

static long display_info(struct xenpf_firmware_info *info)
{
    if (info->index != 0 || !bios_info.has_edid)
        return -XEN_ESRCH;
    info->u.vbeddc_info.capabilities = (uint8_t)bios_info.ddc_capabilities;
    info->u.vbeddc_info.edid_transfer_time =
        bios_info.ddc_capabilities >> 8;
    if (!copy_to_guest((uint64_t)info->u.vbeddc_info.edid.p, bios_info.edid,
                       sizeof bios_info.edid))
        return -XEN_EFAULT;
    return 0;
}

static long keyboard_flags(struct xenpf_firmware_info *info)
{
    if (info->index != 0)
        return -XEN_ESRCH;
    info->u.kbd_shift_flags = bios_info.keyboard_shift_flags;
    return 0;
}

long firmware_info(struct xenpf_firmware_info *info)
{
    switch (info->type) {
    case XEN_FW_DISK_INFO:
        return disk_info(info);
    case XEN_FW_DISK_MBR_SIGNATURE:
        return disk_signature(info);
    case XEN_FW_VBEDDC_INFO:
        return display_info(info);
    case XEN_FW_EFI_INFO:
        return efi_firmware_info(info->index, &info->u.efi_info);
    case XEN_FW_KBD_SHIFT_FLAGS:
        return keyboard_flags(info);
    default:
        return -XEN_EINVAL;
    }
}
