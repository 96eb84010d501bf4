/* SPDX-License-Identifier: MIT */
/*
 * Not of the ABI: the stub for pv_ops' load_gdt makes this call.  Xen's
 * own operation looks its frames up, and takes each page for a small one.
 */
#include <hypercall/hypercall.h>

#include <xen/xen.h>

#include <guest/domain.h>
#include <hypercall/page_table.h>
#include <lib/guest_access.h>
#include <machine/cpu.h>
#include <machine/descriptor.h>
#include <pvops/large_pages.h>

HYPERCALL(hypercall_load_gdt)
{
    struct table_pointer gdt;
    mfn_t frame;

    UNUSED_ARGUMENTS(a2, a3, a4, a5, a6);
    if (!large_pages_on())
        return -XEN_ENOSYS;
    if (!GUEST_READ(&gdt, a1))
        return -XEN_EFAULT;
    if (gdt.limit >= PAGE_SIZE || (gdt.base & (PAGE_SIZE - 1))
        || !page_table_frame(gdt.base, &frame) || !domain_owns(frame))
        return -XEN_EINVAL;
    cpu_set_gdt(this_cpu(), &frame, 1, (gdt.limit + 1u) / sizeof(uint64_t));
    return 0;
}
