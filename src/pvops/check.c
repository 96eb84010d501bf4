/* SPDX-License-Identifier: MIT */
#include <pvops/check.h>

#include <guest/domain.h>
#include <hypercall/p2m_check.h>
#include <lib/string.h>
#include <machine/cpu_area.h>
#include <pvops/memory.h>
#include <pvops/stubs.h>

static bool other_cpu_is_up(void)
{
    for (unsigned i = 1; i < domain.nr_vcpus; i++)
        if (cpu_of(i)->up)
            return true;
    return false;
}

/* A function of the kernel's, and Xen's; or none, if it is never called. */
static bool is_as_on_xen(const struct pvop *op)
{
    uint64_t current = *pvops_field(op);

    if (!op->on_xen_other && !current)
        return true;
    return current >= pvops.text && current < pvops.text_end
           && !(op->on_xen_other && current == op->native);
}

static bool all_are_as_on_xen(void)
{
    for (unsigned i = 0; i < pvops.nr; i++)
        if (!is_as_on_xen(&pvops.ops[i]))
            return false;
    return true;
}

const char *pvops_check(void)
{
    if (other_cpu_is_up())
        return "another CPU runs already";
    if (memcmp(pvops_memory(pvops.call), pvops.call_code, PVOPS_CALL_SIZE))
        return "the kernel's calls are not what the image has";
    if (!all_are_as_on_xen())
        return "it doesn't have Xen's operations";
    if (pvops.alternatives.is_xen && !alternatives_edit(PVOPS_MMU, false))
        return "the kernel's alternatives are not what the image has";
    if (!p2m_is_identity())
        return "p2m is not the identity";
    if (!pvops_stubs_fit())
        return "there is no room for stubs";
    return NULL;
}
