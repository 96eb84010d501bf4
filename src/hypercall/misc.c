/* SPDX-License-Identifier: MIT */
/* Hypercalls that get nothing here. */
#include <hypercall/hypercall.h>

#include <xen/xen.h>

/*
 * Assists: page tables are writable as they are; the runstate area never
 * changes while it is read, so its update flag would never be seen set.
 */
#define VALID_ASSISTS (1ull << VMASST_TYPE_4gb_segments \
                       | 1ull << VMASST_TYPE_4gb_segments_notify \
                       | 1ull << VMASST_TYPE_writable_pagetables \
                       | 1ull << VMASST_TYPE_pae_extended_cr3 \
                       | 1ull << VMASST_TYPE_architectural_iopl \
                       | 1ull << VMASST_TYPE_runstate_update_flag \
                       | 1ull << VMASST_TYPE_m2p_strict)

HYPERCALL(hypercall_vm_assist)
{
    UNUSED_ARGUMENTS(a3, a4, a5, a6);
    if ((uint32_t)a2 >= 64 || !(VALID_ASSISTS >> (uint32_t)a2 & 1))
        return -XEN_EINVAL;
    switch ((uint32_t)a1) {
    case VMASST_CMD_enable:
    case VMASST_CMD_disable:
        return 0;
    default:
        return -XEN_ENOSYS;
    }
}
