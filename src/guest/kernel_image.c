/* SPDX-License-Identifier: MIT */
#include <guest/kernel_image.h>
#include <guest/kernel_role.h>
#include <guest/xen_notes.h>
#include <lib/string.h>

#include <xen/elfnote.h>

#define PAGE_SIZE 4096u

/* Keep the array sorted by where the segments go; false if two overlap. */
static bool insert(struct kernel_image *image, struct kernel_segment segment)
{
    struct kernel_segment *segments = image->segments;
    unsigned i = image->nr_segments;

    for (; i > 0 && segments[i - 1].paddr > segment.paddr; i--)
        segments[i] = segments[i - 1];
    segments[i] = segment;
    image->nr_segments++;

    if (i > 0 && segments[i - 1].paddr + segments[i - 1].memory_size
                 > segment.paddr)
        return false;
    return i + 1 == image->nr_segments
           || segment.paddr + segment.memory_size <= segments[i + 1].paddr;
}

static bool is_loaded(const struct elf64_segment *segment)
{
    return segment->type == ELF_SEGMENT_LOAD
           && (segment->flags & ELF_SEGMENT_ACCESS)
           && segment->memsz != 0;
}

static enum kernel_error read_segment(const struct elf_file *file,
                                      const struct elf64_segment *from,
                                      struct kernel_image *image)
{
    struct kernel_segment segment = {
        .data = elf_file_at(file, from->offset, from->filesz),
        .file_size = from->filesz,
        .memory_size = from->memsz,
    };
    uint64_t end;

    if (segment.data == NULL || from->filesz > from->memsz
        || image->nr_segments == KERNEL_SEGMENTS_MAX)
        return KERNEL_BAD_ELF;
    if (__builtin_sub_overflow(from->paddr, image->notes.paddr_offset,
                               &segment.paddr)
        || __builtin_add_overflow(segment.paddr, segment.memory_size, &end))
        return KERNEL_BAD_ELF;
    return insert(image, segment) ? KERNEL_OK : KERNEL_BAD_ELF;
}

static enum kernel_error read_segments(const struct elf_file *file,
                                       struct kernel_image *image)
{
    for (unsigned i = 0; i < file->header.phnum; i++) {
        struct elf64_segment segment;
        enum kernel_error error;

        if (!elf_file_segment(file, i, &segment))
            return KERNEL_BAD_ELF;
        if (!is_loaded(&segment))
            continue;
        error = read_segment(file, &segment, image);
        if (error != KERNEL_OK)
            return error;
    }
    if (image->nr_segments == 0)
        return KERNEL_BAD_ELF;

    const struct kernel_segment *last =
        &image->segments[image->nr_segments - 1];

    image->paddr_start = image->segments[0].paddr;
    image->paddr_end = last->paddr + last->memory_size;
    return KERNEL_OK;
}

/* Are [address, address + size) of the kernel's addresses in the image? */
static bool is_inside(const struct kernel_image *image, uint64_t address,
                      uint64_t size)
{
    uint64_t base = image->notes.virt_base;

    return address >= base
           && address - base >= image->paddr_start
           && address - base < image->paddr_end
           && size <= image->paddr_end - (address - base);
}

static enum kernel_error check_addresses(const struct elf_file *file,
                                         struct kernel_image *image)
{
    struct xen_notes *notes = &image->notes;
    uint64_t end;

    if (__builtin_add_overflow(notes->virt_base, image->paddr_end, &end))
        return KERNEL_BAD_XEN_NOTES;
    if (!xen_note_present(notes, XEN_ELFNOTE_ENTRY))
        notes->entry = file->header.entry;
    if (!is_inside(image, notes->entry, 1))
        return KERNEL_NO_ENTRY;

    if (xen_note_present(notes, XEN_ELFNOTE_HYPERCALL_PAGE)
        && (notes->hypercall_page % PAGE_SIZE != 0
            || !is_inside(image, notes->hypercall_page, PAGE_SIZE)))
        return KERNEL_BAD_XEN_NOTES;
    if (xen_note_present(notes, XEN_ELFNOTE_INIT_P2M)
        && (notes->init_p2m % PAGE_SIZE != 0
            || (notes->init_p2m >= notes->virt_base + image->paddr_start
                && notes->init_p2m < end)))
        return KERNEL_BAD_XEN_NOTES;
    return KERNEL_OK;
}

enum kernel_error kernel_image_parse(const void *elf, size_t size,
                                     struct kernel_image *image)
{
    struct elf_file file;
    enum kernel_error error;

    memset(image, 0, sizeof(*image));
    error = elf_file_open(&file, elf, size);
    if (error == KERNEL_OK)
        error = xen_notes_read(&file, &image->notes);
    if (error == KERNEL_OK)
        error = read_segments(&file, image);
    if (error == KERNEL_OK)
        error = check_addresses(&file, image);
    if (error == KERNEL_OK)
        image->initial_domain = kernel_can_own_hardware(image);
    return error;
}
