/* SPDX-License-Identifier: MIT */
#include <guest/pvops_prepare.h>

#include <boot/placement.h>
#include <guest/load.h>
#include <guest/pvops_find.h>
#include <hypercall/outside.h>
#include <lib/console.h>
#include <lib/string.h>
#include <machine/features.h>
#include <machine/paging.h>
#include <machine/smp.h>

/* Each takes those before it for granted. */
static const struct { const char *name; unsigned groups; } levels[] = {
    { "", 0 },
    { "off", 0 },
    { "mmu", PVOPS_MMU },
    { "cpu", PVOPS_MMU | PVOPS_CPU },
    { "all", PVOPS_MMU | PVOPS_CPU | PVOPS_IRQ | PVOPS_LARGE_PAGES },
};

static unsigned groups_of(const char *option)
{
    for (unsigned i = 0; i < sizeof levels / sizeof *levels; i++)
        if (strcmp(option, levels[i].name) == 0)
            return levels[i].groups;
    printk("pvops=%s is unknown: none of off, mmu, cpu, all\n", option);
    return 0;
}

static const char *find(const void *image, size_t size, unsigned groups)
{
    struct elf_file file;

    if (elf_file_open(&file, image, size) != KERNEL_OK)
        return "the image is no ELF file";
    return pvops_find(&file, groups, &pvops);
}

/*
 * The kernel reads page tables through its direct map, so the table has to
 * be where it has one, and in memory that it doesn't use.
 */
static const char *find_memory(void)
{
    pvops.stub_tables[0] = placement_low_table();
    if (!pvops.stub_tables[0])
        return "there is no RAM at 512 KiB";
    pvops.stub_tables[1] = pool_frame();
    return NULL;
}

/*
 * Linux makes its spin locks Xen's before the hook, and what its native ones
 * look at can't be set later.  On the machine nobody takes a CPU away from who
 * holds a lock, so waiting for it is as good as sleeping.
 */
const char *pvops_kernel_options(void)
{
    return pvops.groups & PVOPS_IRQ && smp.nr_cpus > 1
           && outside->has_hardware ? "nopvspin" : "";
}

void pvops_prepare(const void *image, size_t size, const char *option)
{
    unsigned groups = groups_of(option);
    const char *why;

    if (!groups)
        return;
    why = find(image, size, groups);
    if (!why)
        why = find_memory();
    pvops.image_offset = loaded_guest.image.notes.virt_base;
    if (why) {
        pvops.groups = 0;
        printk("pv_ops: left alone, %s\n", why);
    }
    /* Xen's write_cr4 leaves CR4.PGE clear. */
    features.global_pages_shown = pvops.groups & PVOPS_CPU;
}
