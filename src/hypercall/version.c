/* SPDX-License-Identifier: MIT */
#include <hypercall/hypercall.h>

#include <xen/xen.h>
#include <xen/version.h>
#include <xen/features.h>

#include <guest/domain.h>
#include <hypercall/outside.h>
#include <hypercall/version.h>
#include <lib/guest_access.h>
#include <lib/string.h>
#include <version.h>

/*
 * The version numbers say whose ABI this is, everything else whose code.
 */
static const xen_extraversion_t extraversion = "-microxen";
static const xen_changeset_info_t changeset = "microxen " MICROXEN_VERSION;
static const xen_capabilities_info_t capabilities = "xen-3.0-x86_64 ";
static const xen_compile_info_t compile_info = {
    .compiler = "gcc " __VERSION__,
    .compile_by = "microxen",
    .compile_domain = "",
    .compile_date = "",
};

#define FEATURES (1u << XENFEAT_mmu_pt_update_preserve_ad \
                  | 1u << XENFEAT_highmem_assist \
                  | 1u << XENFEAT_gnttab_map_avail_bits \
                  | 1u << XENFEAT_direct_mapped)

static long get_features(uint64_t pointer)
{
    xen_feature_info_t info;

    if (!GUEST_READ(&info, pointer))
        return -XEN_EFAULT;
    if (info.submap_idx != 0)
        return -XEN_EINVAL;
    info.submap = FEATURES
                  | (domain.initial ? 1u << XENFEAT_dom0 : 0);
    return GUEST_WRITE(pointer, &info) ? 0 : -XEN_EFAULT;
}

#define ANSWER(value) (GUEST_WRITE(a2, &(value)) ? 0 : -XEN_EFAULT)

HYPERCALL(hypercall_xen_version)
{
    static const xen_platform_parameters_t parameters = {
        .virt_start = OUR_VIRT_START,
    };
    xen_domain_handle_t handle = { 0 };

    UNUSED_ARGUMENTS(a3, a4, a5, a6);
    switch ((uint32_t)a1) {
    case XENVER_version:
        return XEN_ABI_MAJOR << 16 | XEN_ABI_MINOR;
    case XENVER_extraversion:
        return ANSWER(extraversion);
    case XENVER_compile_info:
        return ANSWER(compile_info);
    case XENVER_capabilities:
        return ANSWER(capabilities);
    case XENVER_changeset:
        return ANSWER(changeset);
    case XENVER_platform_parameters:
        return ANSWER(parameters);
    case XENVER_get_features:
        return get_features(a2);
    case XENVER_pagesize:
        return a2 ? -XEN_EINVAL : PAGE_SIZE;
    case XENVER_guest_handle:
        outside->domain_uuid(handle);
        return ANSWER(handle);
    case XENVER_commandline:
        return ANSWER(domain.command_line);
    case XENVER_build_id:
        return -XEN_ENODATA;
    default:
        return -XEN_ENOSYS;
    }
}
