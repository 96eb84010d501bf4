/* SPDX-License-Identifier: MIT */
/* Grants of pages to oneself, which Xen allows. */
#include "errors.h"

#include <xen/grant_table.h>

#define NR_FRAMES 1
#define REF 20                          /* none of the reserved ones */

#define GRANT(operation, type, ...)                                        \
    ({                                                                     \
        struct type op_ = { __VA_ARGS__ };                                 \
        long result_ = CALL(grant_table_op, GNTTABOP_##operation, &op_, 1);\
                                                                           \
        report(result_, "grant_table_op(GNTTABOP_" #operation ", oneself)");\
        if (!result_)                                                      \
            print("grant_table_op(GNTTABOP_" #operation ", oneself), "     \
                  "status: %d", op_.status);                               \
    })

void try_own_grants(void)
{
    static xen_pfn_t frames[NR_FRAMES];
    struct gnttab_set_version version = { .version = 1 };
    struct gnttab_get_version is = { .dom = DOMID_SELF };

    GRANT(query_size, gnttab_query_size, .dom = DOMID_SELF);
    GRANT(setup_table, gnttab_setup_table, .dom = DOMID_SELF,
          .nr_frames = NR_FRAMES, .frame_list = { frames });
    report(CALL(grant_table_op, GNTTABOP_set_version, &version, 1),
           "grant_table_op(GNTTABOP_set_version, 1)");
    report(CALL(grant_table_op, GNTTABOP_get_version, &is, 1),
           "grant_table_op(GNTTABOP_get_version, oneself)");
    GRANT(map_grant_ref, gnttab_map_grant_ref, .dom = DOMID_SELF,
          .host_addr = SCRATCH_VIRTUAL, .flags = GNTMAP_host_map,
          .ref = REF);
    GRANT(unmap_grant_ref, gnttab_unmap_grant_ref,
          .host_addr = SCRATCH_VIRTUAL, .handle = 0xffff);
    GRANT(copy, gnttab_copy, .source.domid = DOMID_SELF,
          .dest.domid = DOMID_SELF, .source.u.gmfn = NO_MFN);
    GRANT(swap_grant_ref, gnttab_swap_grant_ref, .ref_a = 8, .ref_b = 9);
}
