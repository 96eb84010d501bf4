/* SPDX-License-Identifier: MIT */
#include <hypercall/efi.h>

#include <lib/guest_access.h>
#include <machine/efi.h>

static long config_table(union xenpf_efi_info *info)
{
    info->cfg.addr = efi.config_table;
    info->cfg.nent = efi.nr_config_tables;
    return 0;
}

/* As much of the name as there is room for; then it has no NUL. */
static long vendor(union xenpf_efi_info *info)
{
    uint32_t room = info->vendor.bufsz / sizeof(CHAR16), n = 0;

    if (!efi.vendor[0])
        return -XEN_EOPNOTSUPP;
    info->vendor.revision = efi.firmware_revision;
    while (n < room && n < EFI_VENDOR_MAX && (n == 0 || efi.vendor[n - 1]))
        n++;
    if (!copy_to_guest((uint64_t)info->vendor.name.p, efi.vendor,
                       n * sizeof(CHAR16)))
        return -XEN_EFAULT;
    return 0;
}

/* The rest of the region that the address lies in, if more was asked for. */
static long memory_info(union xenpf_efi_info *info)
{
    EFI_MEMORY_DESCRIPTOR region;
    uint32_t offset = 0;

    while (efi_map_next(&efi.map, &offset, &region)) {
        uint64_t before = info->mem.addr - region.PhysicalStart;
        uint64_t length = region.NumberOfPages << EFI_PAGE_SHIFT;

        if (info->mem.addr < region.PhysicalStart || before >= length)
            continue;
        info->mem.type = region.Type;
        info->mem.attr = region.Attribute;
        if (efi_is_runtime(&region))
            info->mem.attr |= EFI_MEMORY_RUNTIME;
        if (info->mem.size > length - before)
            info->mem.size = length - before;
        return 0;
    }
    return -XEN_ESRCH;
}

long efi_firmware_info(uint32_t index, union xenpf_efi_info *info)
{
    if (!efi.present)
        return -XEN_ENOSYS;
    switch (index) {
    case XEN_FW_EFI_VERSION:
        info->version = efi.revision;
        return 0;
    case XEN_FW_EFI_CONFIG_TABLE:
        return config_table(info);
    case XEN_FW_EFI_VENDOR:
        return vendor(info);
    case XEN_FW_EFI_MEM_INFO:
        return memory_info(info);
    case XEN_FW_EFI_RT_VERSION:
        if (!efi.runtime)
            return -XEN_EOPNOTSUPP;
        info->version = efi.services.Hdr.Revision;
        return 0;
    case XEN_FW_EFI_PCI_ROM:
        return -XEN_ESRCH;              /* none was kept */
    case XEN_FW_EFI_APPLE_PROPERTIES:
        return -XEN_ENODATA;
    default:
        return -XEN_EINVAL;
    }
}
