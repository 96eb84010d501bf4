/* SPDX-License-Identifier: MIT */
#include <guest/load.h>

#include <boot/placement.h>
#include <guest/domain.h>
#include <lib/console.h>
#include <lib/panic.h>
#include <lib/string.h>
#include <machine/paging.h>

#define MIB (1ull << 20)
#define KERNEL_MODULE 0
#define INITRD_MODULE 1

/* What may follow the kernel: start_info, tables, stack (build.c). */
#define HANDOVER_ROOM (8 * MIB)

struct loaded_guest loaded_guest;

static uint64_t pages(uint64_t size)
{
    return (size + PAGE_SIZE - 1) & ~(uint64_t)(PAGE_SIZE - 1);
}

static bool overlap(uint64_t a, uint64_t a_end, uint64_t b, uint64_t b_end)
{
    return a < b_end && b < a_end;
}

/* The largest heap that there is room for, up to what is ever needed. */
static uint64_t claim_heap(uint64_t *size)
{
    for (*size = KERNEL_HEAP_SIZE; *size >= MIB; *size /= 2) {
        uint64_t heap = claim_temporary(*size);

        if (heap != UINT64_MAX)
            return heap;
    }
    panic("Too little RAM to unpack the kernel");
}

/* Some compressors tell no size; none of them shrinks a kernel more. */
static uint64_t unpacked_room(const struct kernel_payload *payload)
{
    return pages(payload->unpacked_size ? payload->unpacked_size
                                        : payload->size * 8);
}

/* The ELF image: the module itself, or unpacked to claimed memory. */
static const void *unpack(const struct boot_module *module, size_t *size)
{
    struct kernel_payload payload;
    enum kernel_error error = kernel_payload_find(direct(module->start),
                                                  module->size, &payload);

    if (error)
        panic("The first module is no kernel: %s", kernel_error_text(error));
    if (payload.compression == COMPRESSION_NONE) {
        *size = payload.size;
        return payload.data;
    }

    uint64_t heap_size;
    uint64_t capacity = unpacked_room(&payload);
    uint64_t place = claim_temporary(capacity);

    if (place == UINT64_MAX)
        panic("Too little RAM to unpack the kernel: it needs %lu KiB",
              capacity >> 10);

    uint64_t heap = claim_heap(&heap_size);

    printk("Kernel: %lu KiB of %s\n", payload.size >> 10,
           compression_name(payload.compression));
    error = kernel_payload_unpack(&payload, direct(place), capacity,
                                  direct(heap), heap_size, size);
    if (error)
        panic("The kernel can't be unpacked: %s", kernel_error_text(error));
    claim_release(heap, heap_size);
    return direct(place);
}

/* Move a module that lies where the kernel goes; its old place is free. */
static void move_module(struct boot_module *module)
{
    uint64_t place = claim_temporary(module->size);

    if (place == UINT64_MAX)
        panic("Too little RAM to move a module of %lu KiB",
              module->size >> 10);
    memcpy(direct(place), direct(module->start), module->size);
    claim_release(module->start, module->size);
    module->start = place;
}

static void place_segments(const struct kernel_image *image)
{
    for (unsigned i = 0; i < image->nr_segments; i++) {
        const struct kernel_segment *segment = &image->segments[i];
        char *to = direct(segment->paddr);

        memcpy(to, segment->data, segment->file_size);
        memset(to + segment->file_size, 0,
               segment->memory_size - segment->file_size);
    }
}

/*
 * The initrd must lie in frames whose numbers are below nr_pages: what is
 * above belongs to other pfns until the kernel has sorted its memory.
 */
static void place_initrd(struct boot_module *module)
{
    uint64_t limit = memory_map_ram(&domain.memory);
    uint64_t size = pages(module->size);
    uint64_t end = module->start + size;
    const struct kernel_image *image = &loaded_guest.image;

    if (module->start & (PAGE_SIZE - 1) || end > limit
        || overlap(module->start, end, image->paddr_start,
                   image->paddr_end + HANDOVER_ROOM)) {
        uint64_t place = memory_map_find(&claims, size, PAGE_SIZE, MIB,
                                         limit, true);

        if (place == UINT64_MAX)
            panic("The initrd of %lu KiB doesn't fit beside the kernel",
                  module->size >> 10);
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
    domain.initial = loaded_guest.image.initial_domain;
    if (!strcmp(role, "initial"))
        domain.initial = true;
    else if (!strcmp(role, "plain"))
        domain.initial = false;
    else if (*role)
        printk("role=%s is unknown: neither initial nor plain\n", role);
}

static void log_kernel(void)
{
    const struct xen_notes *notes = &loaded_guest.image.notes;

    printk("Kernel: %s %s at %#lx-%#lx, entry %#lx\n", notes->guest_os,
           notes->guest_version, loaded_guest.image.paddr_start,
           loaded_guest.image.paddr_end, notes->entry);
    printk("Role: %s\n", domain.initial ? "initial domain" : "plain domain");
}

void guest_load(const struct boot_info *info, const char *role)
{
    static struct boot_module modules[2];
    struct kernel_image *image = &loaded_guest.image;
    size_t size;

    if (info->nr_modules == 0)
        panic("No kernel: the loader gave no module");
    for (unsigned i = 0; i < 2 && i < info->nr_modules; i++)
        modules[i] = info->modules[i];
    if (info->nr_modules > 2)
        printk("%u modules more than kernel and initrd: ignored\n",
               info->nr_modules - 2);

    const void *elf = unpack(&modules[KERNEL_MODULE], &size);
    enum kernel_error error = kernel_image_parse(elf, size, image);

    if (error)
        panic("The kernel can't be started: %s", kernel_error_text(error));

    bool in_module = elf >= direct(modules[KERNEL_MODULE].start)
                     && elf < direct(modules[KERNEL_MODULE].start
                                     + modules[KERNEL_MODULE].size);

    if (!in_module) {
        claim_release(modules[KERNEL_MODULE].start,
                      modules[KERNEL_MODULE].size);
    } else if (overlap(modules[KERNEL_MODULE].start,
                       modules[KERNEL_MODULE].start
                       + modules[KERNEL_MODULE].size,
                       image->paddr_start,
                       image->paddr_end + HANDOVER_ROOM)) {
        move_module(&modules[KERNEL_MODULE]);
        kernel_image_parse(direct(modules[KERNEL_MODULE].start), size, image);
    }
    if (info->nr_modules > INITRD_MODULE && modules[INITRD_MODULE].size)
        place_initrd(&modules[INITRD_MODULE]);
    if (!claim_fixed(image->paddr_start & ~(uint64_t)(PAGE_SIZE - 1),
                     pages(image->paddr_end)))
        panic("The kernel's place, %#lx-%#lx, isn't free RAM",
              image->paddr_start, image->paddr_end);
    place_segments(image);
    loaded_guest.command_line = info->modules[KERNEL_MODULE].command_line;
    choose_role(role);
    log_kernel();
}
