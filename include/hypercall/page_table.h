/* SPDX-License-Identifier: MIT */
/* Walking and writing the guest's page tables; nothing in them is checked. */
#ifndef HYPERCALL_PAGE_TABLE_H
#define HYPERCALL_PAGE_TABLE_H

#include <stdbool.h>
#include <stdint.h>
#include <xen/xen.h>
#include <guest/domain.h>
#include <lib/frame_number.h>
#include <lib/guest_access.h>
#include <machine/cpu_set.h>
#include <machine/paging.h>

/* Always faults. */
#define NO_ADDRESS 0x8000000000000000

/* Of an address: what a level's entries leave to those below. */
#define LEVEL_4_SHIFT 39
#define LEVEL_3_SHIFT 30
#define LEVEL_2_SHIFT 21

/*
 * From a table to the one below.  False: there is none, or a larger page.
 * `frame_mask` is PTE_FRAME, kept in a register.
 */
static inline __attribute__((always_inline))
bool va_mapping_next(const uint64_t *table, uint64_t virtual, unsigned shift,
                     uint64_t frame_mask, uint64_t **next)
{
    uint64_t value;

    if (!read_checked(&table[virtual >> shift & 511], &value)
        || ((value - PTE_P) & (PTE_P | PTE_PS)))
        return false;
    *next = direct(value & frame_mask);
    return true;
}

/*
 * Let the entry of a level-1 table be `value`.  False: it can't be written.
 *
 * "Make this page read-only" is how a PV kernel gives a page-table, GDT or
 * LDT page to Xen.  Nobody has to be kept from writing here, and with CR0.WP
 * set the kernel's direct stores to its page tables would fault: what takes
 * nothing but the write bit of a kernel's page away is ignored.
 */
static inline __attribute__((always_inline))
bool va_mapping_write(uint64_t *table, uint64_t virtual, uint64_t value,
                      bool *changed)
{
    uint64_t *entry = &table[virtual >> PAGE_SHIFT & 511], old;

    *changed = true;
    if (!(value & PTE_RW)) {
        if (!read_checked(entry, &old))
            return false;
        *changed = (old & (PTE_P | PTE_RW | PTE_US)) != (PTE_P | PTE_RW)
                   || ((old ^ value) & (PTE_FRAME | PTE_P));
    }
    return !*changed || write_checked(entry, value);
}

/*
 * MMUEXT_PIN_L1_TABLE to MMUEXT_UNPIN_TABLE.  False: it isn't the guest's.
 * Every L4 that is ever loaded needs our slots; here is where it begins.
 */
static inline bool mmuext_pin(uint32_t command, mfn_t mfn)
{
    if (!domain_owns(mfn))
        return false;
    if (command == MMUEXT_PIN_L4_TABLE)
        paging_install(direct_mfn(mfn));
    return true;
}

/*
 * The hot path of mmu_update remembers the table that a CPU wrote last, and
 * doesn't ask again whose it is.  To be forgotten when a frame changes hands.
 */
struct cpu;
void page_table_forget(struct cpu *cpu);
void page_table_forget_on_all(void);

/* The frame that is mapped at `virtual`, by a page of any size. */
bool page_table_frame(uint64_t virtual, mfn_t *frame);

/*
 * The CPUs of the bitmap at guest address `mask`, a bit for each vCPU.
 * False when it can't be read.
 */
bool vcpu_mask_read(struct cpu_set *cpus, uint64_t mask);
void vcpu_mask_all(struct cpu_set *cpus);

/* Do what UVMF_* flags ask for.  -errno as Xen's. */
long tlb_flush_uvmf(uint64_t virtual, uint64_t flags);

#endif
