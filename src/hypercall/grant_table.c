/* SPDX-License-Identifier: MIT */
#include <hypercall/hypercall.h>
#include <hypercall/outside.h>

HYPERCALL(hypercall_grant_table_op)
{
    UNUSED_ARGUMENTS(a4, a5, a6);
    return outside->grant_table_op((uint32_t)a1, a2, (uint32_t)a3);
}
