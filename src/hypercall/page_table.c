/* SPDX-License-Identifier: MIT */
#include <hypercall/page_table.h>

#include <xen/xen.h>
#include <xen/errno.h>

#include <entry/entry.h>
#include <guest/domain.h>
#include <lib/guest_access.h>
#include <machine/paging.h>
#include <machine/smp.h>
#include <machine/tlb.h>
#include <machine/x86.h>

#define NO_TABLE 0xfffffffffffff000

void page_table_forget(struct cpu *cpu)
{
    cpu->table = NO_TABLE;
    cpu->table_direct = NO_ADDRESS;
}

void page_table_forget_on_all(void)
{
    for (unsigned i = 0; i < smp.nr_cpus; i++)
        page_table_forget(cpu_of(i));
}

bool page_table_frame(uint64_t virtual, mfn_t *frame)
{
    uint64_t table = read_cr3() & PTE_FRAME;

    for (unsigned shift = 39;; shift -= 9) {
        uint64_t within = (1ull << shift) - 1, entry;

        if (!read_checked((uint64_t *)direct(table)
                          + (virtual >> shift & 511), &entry)
            || !(entry & PTE_P))
            return false;
        if (shift == PAGE_SHIFT || (entry & PTE_PS)) {
            *frame = address_mfn((entry & PTE_FRAME & ~within)
                                 | (virtual & within));
            return true;
        }
        table = entry & PTE_FRAME;
    }
}

/* The CPUs of a bitmap at guest address `mask`, one bit a vCPU. */
bool vcpu_mask_read(struct cpu_set *cpus, uint64_t mask)
{
    *cpus = (struct cpu_set){ { 0 } };
    return copy_from_guest(cpus->words, mask, (domain.nr_vcpus + 7) / 8);
}

void vcpu_mask_all(struct cpu_set *cpus)
{
    *cpus = smp.online;
}

static bool read_uvmf_mask(struct cpu_set *cpus, uint64_t set)
{
    if (set == UVMF_ALL)
        vcpu_mask_all(cpus);
    else
        return vcpu_mask_read(cpus, set);
    return true;
}

/*
 * The kernel trades frames under a lock (XENMEM_exchange, and then this), for
 * which another CPU may wait with interrupts off.
 */
static void flush_under_lock(const struct cpu_set *cpus, uint64_t page)
{
    if (!entry_flag_is_real) {
        tlb_flush_on(cpus, page);
        return;
    }
    tlb_flush(page);
    smp_flush_others();
}

long tlb_flush_uvmf(uint64_t virtual, uint64_t flags)
{
    unsigned type = flags & UVMF_FLUSHTYPE_MASK;
    uint64_t set = flags & ~UVMF_FLUSHTYPE_MASK;
    uint64_t page = type == UVMF_TLB_FLUSH ? TLB_ALL : virtual;
    struct cpu_set cpus;

    if (type != UVMF_TLB_FLUSH && type != UVMF_INVLPG)
        return 0;
    if (set == UVMF_LOCAL) {
        tlb_flush(page);
        return 0;
    }
    if (!read_uvmf_mask(&cpus, set))
        return -XEN_EFAULT;
    flush_under_lock(&cpus, page);
    return 0;
}
