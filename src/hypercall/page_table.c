/* SPDX-License-Identifier: MIT */
#include <hypercall/page_table.h>

#include <xen/xen.h>
#include <xen/errno.h>

#include <lib/guest_access.h>
#include <machine/paging.h>
#include <machine/x86.h>

uint64_t *page_table_find(uint64_t virtual, bool *large)
{
    uint64_t table = read_cr3() & PTE_FRAME;

    *large = false;
    for (unsigned shift = 39;; shift -= 9) {
        uint64_t *entry = (uint64_t *)direct(table)
                          + (virtual >> shift & 511);
        uint64_t value;

        if (shift == 12)
            return entry;
        if (!read_checked(entry, &value) || !(value & PTE_P))
            return 0;
        if (value & PTE_PS) {
            *large = true;
            return 0;
        }
        table = value & PTE_FRAME;
    }
}

void tlb_flush(void)
{
    uint64_t cr4 = read_cr4();

    if (cr4 & CR4_PGE) {
        write_cr4(cr4 & ~(uint64_t)CR4_PGE);
        write_cr4(cr4);
    } else {
        write_cr3(read_cr3());
    }
}

void tlb_flush_page(uint64_t virtual)
{
    invlpg(virtual);
}

/* With one CPU every set of CPUs that contains it means the same. */
static long check_cpus(uint64_t set)
{
    uint8_t first;

    return set == UVMF_LOCAL || set == UVMF_ALL || GUEST_READ(&first, set)
           ? 0 : -XEN_EFAULT;
}

long tlb_flush_uvmf(uint64_t virtual, uint64_t flags)
{
    unsigned type = flags & UVMF_FLUSHTYPE_MASK;

    if (type != UVMF_TLB_FLUSH && type != UVMF_INVLPG)
        return 0;
    if (check_cpus(flags & ~UVMF_FLUSHTYPE_MASK))
        return -XEN_EFAULT;
    if (type == UVMF_TLB_FLUSH)
        tlb_flush();
    else
        tlb_flush_page(virtual);
    return 0;
}
