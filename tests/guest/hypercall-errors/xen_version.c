/* SPDX-License-Identifier: MIT */
#include "errors.h"

#include <xen/version.h>

void try_xen_version(void)
{
    TRY_COMMANDS(xen_version, 2, NULL, "extraversion", "compile_info",
                 "capabilities", "changeset", "platform_parameters",
                 "get_features", NULL, "guest_handle", "commandline",
                 "build_id", "11");
    TRY_SIGN(xen_version, XENVER_version, 0);
    TRY_SIGN(xen_version, XENVER_version, UNMAPPED_VIRTUAL);
    TRY(xen_version, XENVER_pagesize, 0);
    TRY(xen_version, XENVER_pagesize, UNMAPPED_VIRTUAL);
    TRY(xen_version, XENVER_extraversion, read_only_page);
    TRY(xen_version, XENVER_extraversion, edge_page);
    TRY(xen_version, XENVER_compile_info, edge_page);
    TRY(xen_version, XENVER_changeset, edge_page);
    TRY(xen_version, XENVER_platform_parameters, edge_page);
    TRY(xen_version, XENVER_guest_handle, edge_page);
    TRY(xen_version, XENVER_commandline, edge_page);
    TRY_OP(xen_version, XENVER_get_features, xen_feature_info_t,
           .submap_idx = 1);
    TRY_OP(xen_version, XENVER_get_features, xen_feature_info_t,
           .submap_idx = 0xffffffff);
    TRY_OP(xen_version, XENVER_get_features, xen_feature_info_t,
           .submap_idx = 0);
    TRY_OP(xen_version, XENVER_build_id, xen_build_id_t, .len = 0);
    TRY_OP(xen_version, XENVER_build_id, xen_build_id_t, .len = 1);
}
