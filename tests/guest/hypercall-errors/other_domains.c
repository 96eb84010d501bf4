/* SPDX-License-Identifier: MIT */
/* What is there for domains' dealings with each other, and for tools. */
#include "errors.h"

#include <xen/grant_table.h>
#include <xen/kexec.h>

#define CALL_(call) __HYPERVISOR_##call

/* A count of 1, which is the third argument. */
static void try_grant_table_op(void)
{
    static const char *const names[] = {
        "map_grant_ref", "unmap_grant_ref", "setup_table", "dump_table",
        "transfer", "copy", "query_size", "unmap_and_replace", "set_version",
        "get_status_frames", "get_version", "swap_grant_ref", "cache_flush",
        "13",
    };

    for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
        report(CALL(grant_table_op, i, 0, 0), "grant_table_op(%s, none)",
               names[i]);
        for (struct bad_pointer *bad = bad_pointers; bad->kind; bad++)
            report(CALL(grant_table_op, i, bad->address, 1),
                   "grant_table_op(%s, %s)", names[i], bad->kind);
        report(CALL(grant_table_op, i, UNMAPPED_VIRTUAL, 0xffffffff),
               "grant_table_op(%s, too many)", names[i]);
    }
    TRY(grant_table_op, 99, edge_page, 1);
}

void try_other_domains(void)
{
    TRY_COMMANDS(hvm_op, 2, "set_param", "get_param", "set_pci_intx_level",
                 "set_isa_irq_level", "set_pci_link_route", "flush_tlbs",
                 "6", "7", "8", "pagetable_dying", "get_time", "xentrace");
    TRY_COMMANDS(xenpmu_op, 2, "mode_get", "mode_set", "feature_get",
                 "feature_set", "init", "finish", "lvtpc_set", "flush");
    TRY_COMMANDS(argo_op, 2, "0", "register_ring", "unregister_ring",
                 "sendv", "notify");
    TRY_COMMANDS(hypfs_op, 2, "get_version", "read", "write_contents");
    TRY_COMMANDS(dm_op, 3, "0");
    /* kexec itself would be done. */
    TRY_COMMANDS(kexec_op, 2, NULL, "load_v1", NULL, "get_range", "load",
                 NULL, "status");
    TRY_OP(kexec_op, KEXEC_CMD_kexec, xen_kexec_exec_t, .type = 99);
    TRY_OP(kexec_op, KEXEC_CMD_kexec_unload_v1, xen_kexec_exec_t,
           .type = 99);
    TRY_OP(kexec_op, KEXEC_CMD_kexec_unload, xen_kexec_unload_t, .type = 99);
    TRY_COMMANDS(xenoprof_op, 2, "init");
    try_grant_table_op();
    for (struct bad_pointer *bad = bad_pointers; bad->kind; bad++) {
        report(CALL(domctl, bad->address), "domctl(%s)", bad->kind);
        report(CALL(sysctl, bad->address), "sysctl(%s)", bad->kind);
        report(CALL(xsm_op, bad->address), "xsm_op(%s)", bad->kind);
        report(CALL(arch_0, bad->address), "mca(%s)", bad->kind);
    }
    TRY(domctl, edge_page);
    TRY(sysctl, edge_page);
    TRY(tmem_op, edge_page);
}
