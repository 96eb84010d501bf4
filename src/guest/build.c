/* SPDX-License-Identifier: MIT */
/*
 * Behind the kernel lie, page after page, where the kernel's own addresses
 * continue (VIRT_BASE + physical address):
 *
 *   (initrd)   only for kernels that want it mapped
 *   (p2m)      only for kernels without an INIT_P2M address
 *   start_info
 *   (console and xenstore rings of a plain domain)
 *   page tables, the L4 first
 *   stack
 *
 * and the mapping goes on for at least 512 KiB, to a multiple of 4 MiB.
 */
#include <guest/build.h>

#include <assert.h>

#include <xen/xen.h>
#include <xen/elfnote.h>
#include <xen/io/console.h>
#include <xen/io/xs_wire.h>

#include <boot/placement.h>
#include <entry/entry.h>
#include <guest/domain.h>
#include <guest/hypercall_page.h>
#include <guest/load.h>
#include <guest/p2m_layout.h>
#include <guest/pvops_prepare.h>
#include <guest/start_tables.h>
#include <guest/vga_console_info.h>
#include <hypercall/event.h>
#include <hypercall/outside.h>
#include <hypercall/vcpu_time.h>
#include <hypercall/wallclock.h>
#include <lib/console.h>
#include <lib/command_line.h>
#include <lib/panic.h>
#include <lib/round.h>
#include <lib/string.h>
#include <machine/cpu.h>
#include <machine/kvm_clock.h>
#include <machine/paging.h>
#include <machine/smp.h>
#include <machine/time.h>
#include <machine/vga_text.h>
#include <pvops/pvops.h>

#define MIB (1ull << 20)
#define MAPPING_SLACK (MIB / 2)
#define MAPPING_ALIGN (4 * MIB)

/* Machine addresses; 0: there is none. */
struct layout {
    uint64_t initrd, p2m, start_info, console, store, tables, stack, end;
    uint64_t nr_tables;
    uint64_t mapped_end;        /* virtual */
    uint64_t p2m_tables;        /* of the p2m's own mapping */
    uint64_t nr_p2m_frames;
};

static bool has_note(unsigned note)
{
    return loaded_guest.image.notes.present >> note & 1;
}

static uint64_t virtual_of(uint64_t machine)
{
    return machine - domain.base + loaded_guest.image.notes.virt_base;
}

static uint64_t pfn_of(uint64_t machine)
{
    return (machine - domain.base) >> PAGE_SHIFT;
}

static uint64_t take(uint64_t *next, uint64_t size)
{
    uint64_t place = *next;

    *next += round_up(size, PAGE_SIZE);
    return place;
}

/* The tables map themselves, so their number is found by trying. */
static void lay_out(struct layout *layout)
{
    uint64_t next = round_up(loaded_guest.image.paddr_end, PAGE_SIZE);
    uint64_t low = virtual_of(domain.base);

    if (loaded_guest.initrd && !loaded_guest.image.notes.mod_start_pfn)
        layout->initrd = take(&next, loaded_guest.initrd_size);
    if (!has_note(XEN_ELFNOTE_INIT_P2M))
        layout->p2m = take(&next, domain.nr_pages * sizeof(uint64_t));
    layout->start_info = take(&next, PAGE_SIZE);
    if (!domain.initial) {
        layout->console = take(&next, PAGE_SIZE);
        layout->store = take(&next, PAGE_SIZE);
    }
    layout->tables = next;
    for (layout->nr_tables = 4;; layout->nr_tables++) {
        layout->stack = layout->tables + layout->nr_tables * PAGE_SIZE;
        layout->end = layout->stack + PAGE_SIZE;
        layout->mapped_end = round_up(virtual_of(layout->end)
                                      + MAPPING_SLACK, MAPPING_ALIGN);
        if (start_tables_needed(low, layout->mapped_end)
            <= layout->nr_tables)
            break;
    }
    if (!claim_fixed(round_up(loaded_guest.image.paddr_end, PAGE_SIZE),
                     layout->end))
        panic("No room behind the kernel for its first page tables");
}

/*
 * The p2m at INIT_P2M: its frames, then the tables that map them.  They lie
 * above all that is mapped behind the kernel: Linux takes the first frame
 * for the end of that mapping and clears it up to there, no further.
 */
static void lay_out_p2m(struct layout *layout)
{
    uint64_t address = loaded_guest.image.notes.init_p2m;
    uint64_t size = round_up(domain.nr_pages * sizeof(uint64_t), PAGE_SIZE);
    /* Its L4 entry lies in the L4 that is there already. */
    uint64_t nr_tables = start_tables_needed(address, address + size) - 1;
    uint64_t total = size + nr_tables * PAGE_SIZE;

    layout->p2m = memory_map_find(&claims, total, PAGE_SIZE,
                                  layout->mapped_end - virtual_of(0),
                                  domain.base
                                  + (domain.nr_pages << PAGE_SHIFT), false);
    if (layout->p2m == UINT64_MAX)
        panic("No room for the table of the kernel's %lu frames",
              domain.nr_pages);
    claim_fixed(layout->p2m, layout->p2m + total);
    layout->p2m_tables = layout->p2m + size;
    layout->nr_p2m_frames = total >> PAGE_SHIFT;
}

static void build_tables(const struct layout *layout)
{
    struct start_tables tables;
    const uint64_t *p2m = direct(layout->p2m);

    start_tables_init(&tables, direct(layout->tables), layout->tables,
                      layout->nr_tables);
    /* Virtual frame by virtual frame what stands behind it. */
    for (uint64_t pfn = 0, va = virtual_of(domain.base);
         va < layout->mapped_end; pfn++, va += PAGE_SIZE)
        start_tables_map(&tables, va, pfn < domain.nr_pages ? p2m[pfn] : pfn);

    if (layout->p2m_tables) {
        start_tables_extend(&tables, direct(layout->p2m_tables),
                            layout->p2m_tables);
        for (uint64_t done = 0; layout->p2m + done < layout->p2m_tables;
             done += PAGE_SIZE)
            start_tables_map(&tables,
                             loaded_guest.image.notes.init_p2m + done,
                             (layout->p2m + done) >> PAGE_SHIFT);
    }
    paging_install(direct(layout->tables));
}

static void append(char *line, const char *text)
{
    size_t used = strlen(line);

    if (!*text)
        return;
    if (used)
        line[used++] = ' ';
    if (used + strlen(text) >= MAX_GUEST_CMDLINE)
        panic("The kernel's command line is longer than %u characters",
              MAX_GUEST_CMDLINE - 1);
    memcpy(line + used, text, strlen(text) + 1);
}

static void fill_initrd(struct start_info *si, const struct layout *layout)
{
    if (!loaded_guest.initrd)
        return;
    si->mod_len = loaded_guest.initrd_size;
    if (!layout->initrd) {
        si->flags |= SIF_MOD_START_PFN;
        si->mod_start = pfn_of(loaded_guest.initrd);
        return;
    }
    memcpy(direct(layout->initrd), direct(loaded_guest.initrd),
           loaded_guest.initrd_size);
    si->mod_start = virtual_of(layout->initrd);
}

static void fill_rings(struct start_info *si, const struct layout *layout)
{
    struct xencons_interface *console = direct(layout->console);
    struct xenstore_domain_interface *store = direct(layout->store);

    memset(console, 0, PAGE_SIZE);
    memset(store, 0, PAGE_SIZE);
    outside->make_rings(layout->console, layout->store);
    si->console.domU.mfn = domain.console_mfn.n;
    si->console.domU.evtchn = domain.console_port;
    si->store_mfn = domain.store_mfn.n;
    si->store_evtchn = domain.store_port;
}

static void fill_screen(struct start_info *si, const struct boot_info *info)
{
    struct text_cursor cursor = { 0, 0 };

    if (info->video.type == BOOT_VIDEO_TEXT)
        vga_text_cursor(info->video.width, &cursor.column, &cursor.row);
    si->console.dom0.info_off = sizeof *si;
    si->console.dom0.info_size = sizeof(struct dom0_vga_console_info);
    vga_console_info_fill((struct dom0_vga_console_info *)(si + 1),
                          &info->video, cursor,
                          info->efi.system_table != 0);
}

static_assert(sizeof(struct start_info) + sizeof(struct dom0_vga_console_info)
              <= PAGE_SIZE, "they share a page");

static void fill_start_info(const struct layout *layout,
                            const struct boot_info *info)
{
    struct start_info *si = direct(layout->start_info);

    memset(si, 0, PAGE_SIZE);
    memcpy(si->magic, "xen-3.0-x86_64", sizeof "xen-3.0-x86_64");
    si->nr_pages = domain.nr_pages;
    si->shared_info = mfn_address(domain.shared_info_mfn);
    /* Nobody here reads the tree of frame lists that tools walk. */
    si->flags = SIF_VIRT_P2M_4TOOLS;
    if (domain.initial) {
        si->flags |= SIF_PRIVILEGED | SIF_INITDOMAIN;
        fill_screen(si, info);
    } else {
        fill_rings(si, layout);
    }
    si->pt_base = virtual_of(layout->tables);
    si->nr_pt_frames = layout->nr_tables;
    si->first_p2m_pfn = pfn_of(layout->p2m);
    if (layout->p2m_tables) {
        si->mfn_list = loaded_guest.image.notes.init_p2m;
        si->nr_p2m_frames = layout->nr_p2m_frames;
    } else {
        si->mfn_list = virtual_of(layout->p2m);
    }
    fill_initrd(si, layout);
    /* First of all: what follows a "--" is not the kernel's. */
    append((char *)si->cmd_line, pvops_kernel_options());
    append((char *)si->cmd_line, loaded_guest.command_line);
    append((char *)si->cmd_line, command_line_guest(domain.command_line));
    printk("Kernel command line: %s\n", (const char *)si->cmd_line);
}

/* Those beyond shared_info's have to register one before they start. */
static void give_vcpu_info(struct cpu *cpu)
{
    entry_use_vcpu_info(cpu, cpu->id < XEN_LEGACY_MAX_VCPUS
                             ? &domain.shared_info->vcpu_info[cpu->id]
                             : (struct vcpu_info *)cpu->spare_vcpu_info);
    cpu->vcpu_info->evtchn_upcall_mask = 1;
    vcpu_time_fill(cpu, &cpu->vcpu_info->time);
    if (cpu == this_cpu())
        kvm_clock_write_to(&cpu->vcpu_info->time);
}

static void make_shared_info(void)
{
    uint64_t frame = pool_frame();

    domain.shared_info_mfn = address_mfn(frame);
    domain.shared_info = direct(frame);
    for (unsigned i = 0; i < XEN_LEGACY_MAX_VCPUS; i++)
        domain.shared_info->vcpu_info[i].evtchn_upcall_mask = 1;
    for (unsigned i = 0; i < domain.nr_vcpus; i++)
        give_vcpu_info(cpu_of(i));
    wallclock_set(outside->wallclock() - time_now());
    events_init();
}

/* A domain whose frames begin elsewhere has no holes. */
static void fill_tables_from_base(uint64_t *p2m)
{
    for (uint64_t mfn = 0; mfn < domain.max_mfn; mfn++)
        m2p()[mfn] = M2P_INVALID;
    for (uint64_t pfn = 0; pfn < domain.nr_pages; pfn++) {
        p2m[pfn] = pfn_mfn(PFN(pfn)).n;
        m2p()[p2m[pfn]] = pfn;
    }
}

static void fill_p2m_and_m2p(uint64_t *p2m)
{
    p2m_layout_fill(&domain.memory, domain.nr_pages, p2m);
    m2p_layout_fill(&domain.memory, domain.nr_pages, m2p(), domain.max_mfn);
    memset(&m2p()[domain.max_mfn], 0xff,
           placement.m2p_size - domain.max_mfn * sizeof(uint64_t));
    if (domain.base)
        fill_tables_from_base(p2m);
}

/* Only RAM: a kernel without PCI must not go looking for it. */
static void hide_devices(void)
{
    static struct memory_map ram;

    for (unsigned i = 0; i < domain.memory.nr; i++) {
        const struct memory_range *range = &domain.memory.ranges[i];

        if (range->type == MEMORY_RAM)
            ram.ranges[ram.nr++] = *range;
    }
    domain.memory = ram;
}

void guest_build(struct cpu *cpu, const struct boot_info *info,
                 struct guest_start *start)
{
    static struct layout layout;
    const struct xen_notes *notes = &loaded_guest.image.notes;

    domain.nr_vcpus = smp.nr_cpus;
    if (!domain.initial)
        hide_devices();
    domain.nr_pages = p2m_layout_pages(&domain.memory);
    lay_out(&layout);
    if (!layout.p2m)
        lay_out_p2m(&layout);
    fill_p2m_and_m2p(direct(layout.p2m));
    build_tables(&layout);
    make_shared_info();
    fill_start_info(&layout, info);

    domain.low_half = notes->entry < OUR_VIRT_START;
    entry_choose_syscall(cpu);
    if (has_note(XEN_ELFNOTE_HYPERCALL_PAGE)) {
        domain.hypercall_page = notes->hypercall_page;
        hypercall_page_fill(direct(notes->hypercall_page - virtual_of(0)),
                            !domain.low_half && !pvops.groups);
    }
    start->l4 = layout.tables;
    start->rip = notes->entry;
    start->rsp = virtual_of(layout.stack) + PAGE_SIZE;
    start->rsi = virtual_of(layout.start_info);
    cpu_tss(cpu)->rsp[0] = start->rsp;
    cpu->initialised = true;
    cpu->up = true;
    printk("Kernel has %lu MiB, %lu frames; start_info %#lx, tables %#lx\n",
           domain.nr_pages >> (20 - PAGE_SHIFT), domain.nr_pages, start->rsi,
           virtual_of(layout.tables));
}
