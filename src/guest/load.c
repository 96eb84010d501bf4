/* SPDX-License-Identifier: MIT */
#include <guest/load.h>

#include <boot/placement.h>
#include <guest/domain.h>
#include <guest/linux_tsc.h>
#include <guest/pvops_prepare.h>
#include <hypercall/exchange_pool.h>
#include <hypercall/outside.h>
#include <hypercall/rings.h>
#include <lib/console.h>
#include <lib/panic.h>
#include <lib/round.h>
#include <lib/string.h>
#include <machine/paging.h>
#include <machine/smp.h>

#include "kernel_elf.h"

#define MIB (1ull << 20)
#define KERNEL_MODULE 0
#define INITRD_MODULE 1
#define INITRD_LIMIT  (4096 * MIB)

/* What may follow the kernel: start_info, tables, stack (build.c). */
#define HANDOVER_ROOM (8 * MIB)

struct loaded_guest loaded_guest;

static bool overlap(uint64_t a, uint64_t a_end, uint64_t b, uint64_t b_end)
{
    return a < b_end && b < a_end;
}

/* From here on its physical addresses are the machine's. */
static void move_image(struct kernel_image *image, uint64_t base)
{
    for (unsigned i = 0; i < image->nr_segments; i++)
        image->segments[i].paddr += base;
    image->paddr_start += base;
    image->paddr_end += base;
}

static void parse(const struct kernel_elf *elf)
{
    enum kernel_error error = kernel_image_parse(elf->data, elf->size,
                                                 &loaded_guest.image);

    if (error)
        panic("The kernel can't be started: %s", kernel_error_text(error));
    move_image(&loaded_guest.image, domain.base);
}

/* The kernel module itself isn't needed, or must not be overwritten. */
static void release_module(struct boot_module *module,
                           const struct boot_module *initrd,
                           struct kernel_elf *elf)
{
    const struct kernel_image *image = &loaded_guest.image;

    if (elf->claim_size) {
        claim_release(module->start, module->size);
    } else if (overlap(module->start, module->start + module->size,
                       image->paddr_start,
                       image->paddr_end + HANDOVER_ROOM)) {
        kernel_elf_move(elf, module, initrd);
        parse(elf);
    }
}

/*
 * On a small machine the unpacked image reaches into the kernel's place.
 * That does no harm as long as no segment is written over one that is
 * still to be copied; they are in the order of their places.
 */
static bool segments_can_be_placed(const struct kernel_image *image)
{
    for (unsigned i = 0; i < image->nr_segments; i++) {
        const struct kernel_segment *segment = &image->segments[i];
        const uint8_t *end = (uint8_t *)direct(segment->paddr)
                             + segment->memory_size;

        for (unsigned j = i + 1; j < image->nr_segments; j++) {
            const struct kernel_segment *later = &image->segments[j];

            if (later->data < end && later->data + later->file_size
                > (uint8_t *)direct(segment->paddr))
                return false;
        }
    }
    return true;
}

static void place_segments(const struct kernel_image *image)
{
    for (unsigned i = 0; i < image->nr_segments; i++) {
        const struct kernel_segment *segment = &image->segments[i];
        char *to = direct(segment->paddr);

        memmove(to, segment->data, segment->file_size);
        memset(to + segment->file_size, 0,
               segment->memory_size - segment->file_size);
    }
}

static void place_kernel(const struct kernel_elf *elf)
{
    const struct kernel_image *image = &loaded_guest.image;

    if (elf->claim_size)
        claim_release(elf->claim, elf->claim_size);
    if (!claim_fixed(round_down(image->paddr_start, PAGE_SIZE),
                     round_up(image->paddr_end, PAGE_SIZE))
        || !segments_can_be_placed(image))
        panic("The kernel's place, %#lx-%#lx, isn't free RAM",
              image->paddr_start, image->paddr_end);
    place_segments(image);
}

/* A place for the initrd above the kernel, else below it. */
static uint64_t find_initrd_place(uint64_t size, uint64_t limit)
{
    const struct kernel_image *image = &loaded_guest.image;
    uint64_t place = memory_map_find(&claims, size, PAGE_SIZE,
                                     round_up(image->paddr_end, PAGE_SIZE)
                                     + HANDOVER_ROOM, limit, true);

    if (place == UINT64_MAX)
        place = memory_map_find(&claims, size, PAGE_SIZE, MIB,
                                image->paddr_start, true);
    if (place == UINT64_MAX)
        panic("The initrd of %lu KiB doesn't fit beside the kernel",
              size >> 10);
    return place;
}

/*
 * The initrd must lie in frames whose numbers are below nr_pages: what is
 * above belongs to other pfns until the kernel has sorted its memory.  And
 * below 4 GiB: Linux keeps its address in 32 bits.
 */
static void place_initrd(struct boot_module *module)
{
    uint64_t ram = domain.base + memory_map_ram(&domain.memory);
    uint64_t limit = ram < INITRD_LIMIT ? ram : INITRD_LIMIT;
    uint64_t size = round_up(module->size, PAGE_SIZE);
    uint64_t end = module->start + size;
    const struct kernel_image *image = &loaded_guest.image;

    if (module->start & (PAGE_SIZE - 1) || end > limit
        || overlap(module->start, end, image->paddr_start,
                   image->paddr_end + HANDOVER_ROOM)) {
        uint64_t place = find_initrd_place(size, limit);

        claim_fixed(place, place + size);
        memmove(direct(place), direct(module->start), module->size);
        claim_release(module->start, module->size);
        module->start = place;
    }
    loaded_guest.initrd = module->start;
    loaded_guest.initrd_size = module->size;
}

static void choose_role(const char *role)
{
    domain.initial = outside->has_hardware
                     && loaded_guest.image.initial_domain;
    if (!outside->has_hardware)
        return;
    if (!strcmp(role, "initial"))
        domain.initial = true;
    else if (!strcmp(role, "plain"))
        domain.initial = false;
    else if (*role)
        printk("role=%s is unknown: neither initial nor plain\n", role);
}

/*
 * Taken while nothing temporary lies below what is ours, or it would be a
 * hole in the kernel's RAM; who needs it is known later.
 */
static void take_store_room(void)
{
    if (outside->has_hardware)
        domain.store_room = placement_take(ring_store_room(smp.nr_cpus));
}

static void give_store_room_back(void)
{
    placement_give_back(domain.store_room, ring_store_room(smp.nr_cpus));
    domain.store_room = 0;
}

/* The kernel's RAM that goes on behind `start`, or NULL. */
static const struct memory_range *ram_at(uint64_t start)
{
    for (unsigned i = 0; i < domain.memory.nr; i++) {
        const struct memory_range *range = &domain.memory.ranges[i];

        if (range->type == MEMORY_RAM && range->start <= start
            && start < range->end)
            return range;
    }
    return NULL;
}

static uint64_t start_of_largest_free(void)
{
    struct memory_range best = { .start = 0, .end = 0 };

    for (unsigned i = 0; i < claims.nr; i++) {
        const struct memory_range *range = &claims.ranges[i];

        if (range->type == MEMORY_RAM && ram_at(range->start)
            && range->end - range->start > best.end - best.start)
            best = *range;
    }
    return round_up(best.start, PAGE_SIZE);
}

/*
 * Small kernels are linked to begin at 0, and count on memory without holes.
 * Where that isn't RAM, a plain domain gets the largest range that is free,
 * and counts its frames from there: only for it are they not the machine's.
 */
static void choose_base(void)
{
    struct kernel_image *image = &loaded_guest.image;
    const struct memory_range *ram = ram_at(image->paddr_start);

    if (domain.initial || (ram && image->paddr_end <= ram->end))
        return;
    domain.base = start_of_largest_free();
    ram = ram_at(domain.base);
    if (!ram)
        return;                         /* place_kernel() will complain */
    domain.memory = (struct memory_map){
        .nr = 1, .ranges = { { 0, ram->end - domain.base, MEMORY_RAM } },
    };
    move_image(image, domain.base);
    printk("Its first frame is the machine's %#lx\n", domain.base);
}

/*
 * A kernel that drives devices may need low frames for them.  They are taken
 * before the initrd is placed: they count for what nr_pages is.
 */
static void make_exchange_pool(uint64_t size)
{
    uint64_t whole = round_up(size, PAGE_SIZE);
    uint64_t end = round_up(loaded_guest.image.paddr_end, PAGE_SIZE);
    uint64_t pool = placement_exchange_pool(whole, end + HANDOVER_ROOM);

    if (!pool)
        return;
    exchange_pool_init(pool, whole);
    printk("%lu MiB at %#lx are kept for 32-bit devices\n", size >> 20,
           pool);
}

static void log_kernel(void)
{
    const struct xen_notes *notes = &loaded_guest.image.notes;

    printk("Kernel: %s %s at %#lx-%#lx, entry %#lx\n", notes->guest_os,
           notes->guest_version, loaded_guest.image.paddr_start,
           loaded_guest.image.paddr_end, notes->entry);
    printk("Role: %s\n", domain.initial ? "initial domain" : "plain domain");
}

void guest_load(const struct boot_info *info, const struct options *options)
{
    static struct boot_module modules[2];
    struct kernel_elf elf;
    struct boot_module *kernel = &modules[KERNEL_MODULE];
    struct boot_module *initrd = &modules[INITRD_MODULE];

    if (info->nr_modules == 0)
        panic("No kernel: the loader gave no module");
    for (unsigned i = 0; i < 2 && i < info->nr_modules; i++)
        modules[i] = info->modules[i];
    if (info->nr_modules > 2)
        printk("%u modules more than kernel and initrd: ignored\n",
               info->nr_modules - 2);

    take_store_room();
    elf = kernel_elf_read(kernel, initrd);
    parse(&elf);
    choose_role(options->role);
    if (domain.initial)
        give_store_room_back();
    choose_base();
    release_module(kernel, initrd, &elf);
    pvops_prepare(elf.data, elf.size, options->pvops);
    if (!outside->has_hardware && !outside_no_tsc_rate)
        linux_tsc_tell((void *)elf.data, elf.size);
    if (domain.initial)
        make_exchange_pool(options->exchange_pool);
    if (initrd->size)
        place_initrd(initrd);
    place_kernel(&elf);
    loaded_guest.command_line = info->modules[KERNEL_MODULE].command_line;
    log_kernel();
}
