/* SPDX-License-Identifier: MIT */
/*
 * hypercall-errors - what hypercalls answer to arguments that are wrong
 *
 * Every hypercall number there is and some that are not, and every
 * sub-operation that a PV guest can name, with
 *   - pointers to nowhere: NULL, non-canonical, Xen's, unmapped, over the
 *     end of a page, at the top of the address space, read-only; and
 *     to what is right all the same: odd addresses, programs' pages;
 *   - numbers that are nobody's: commands, frames, vCPUs, ports, domains,
 *     vectors, interface versions;
 *   - counts of zero and of billions.
 * Each line is the call as it is written in the source, and its result.
 */
#include "errors.h"

struct bad_pointer bad_pointers[] = {
    { "NULL", 0 },
    { "low", 0x1000 },
    { "non-canonical", NONCANONICAL },
    { "m2p", MACH2PHYS_VIRT_START },
    { "hypervisor", XENS },
    { "unmapped", UNMAPPED_VIRTUAL },
    { "straddling", 0 },                /* filled in */
    { "top", -8ul },
    { 0 },
};

char *edge_page, *read_only_page;

static void map_pages(void)
{
    uint64_t edge = mfn_of(page_new()) << PAGE_SHIFT;
    uint64_t read_only = mfn_of(page_new()) << PAGE_SHIFT;

    edge_page = (char *)SCRATCH_VIRTUAL;
    read_only_page = (char *)SCRATCH_VIRTUAL + 2 * PAGE_SIZE;
    page_map((uint64_t)edge_page, edge | PTE_P | PTE_RW | PTE_A | PTE_D);
    page_map((uint64_t)read_only_page, read_only | PTE_P | PTE_A);
    memset(edge_page, 0xff, PAGE_SIZE);
    for (struct bad_pointer *bad = bad_pointers; bad->kind; bad++)
        if (!strcmp(bad->kind, "straddling"))
            bad->address = (uint64_t)edge_page + PAGE_SIZE - 2;
}

static long call_at(const struct commands *commands, unsigned long command,
                    uint64_t pointer)
{
    unsigned long a[5] = { command };

    /* An earlier one may have been answered in part. */
    memset(edge_page, 0xff, PAGE_SIZE);
    a[commands->pointer - 1] = pointer;
    return hypercall(commands->number, a[0], a[1], a[2], a[3], a[4]);
}

void try_commands(const struct commands *commands)
{
    static const unsigned long unknown[] = { 99, 0x7fffffff, 0xffffffff };

    for (unsigned i = 0; i < commands->nr; i++)
        for (struct bad_pointer *bad = bad_pointers; bad->kind; bad++)
            if (commands->names[i])
                report(call_at(commands, i, bad->address), "%s(%s, %s)",
                       commands->call, commands->names[i], bad->kind);
    for (unsigned i = 0; i < sizeof unknown / sizeof *unknown; i++)
        report(call_at(commands, unknown[i], (uint64_t)edge_page),
               "%s(%lu, good)", commands->call, unknown[i]);
}

void guest_main(void)
{
    map_pages();
    try_numbers();
    try_callbacks();
    try_compat();
    try_console_io();
    try_cpu_state();
    try_event_channels();
    try_memory_op();
    try_misdirected();
    try_mmu_update();
    try_mmuext_op();
    try_multicall();
    try_other_domains();
    try_own_grants();
    try_physdev_op();
    try_platform_op();
    try_sched_op();
    try_va_mapping();
    try_vcpu_op();
    try_xen_version();
    try_every_operation();
}
