/* SPDX-License-Identifier: MIT */
/* sources: src/guest/kernel_image.c src/guest/elf_file.c */
/* sources: src/guest/xen_notes.c src/guest/xen_guest_section.c */
/* sources: src/guest/xen_features.c src/guest/kernel_role.c src/lib/number.c */
#include <stdlib.h>
#include <string.h>

#include <guest/kernel_image.h>

/* What a caller that loads the image relies on. */
static void check(const struct kernel_image *image, const uint8_t *data,
                  size_t size)
{
    uint64_t end = image->paddr_start;

    for (unsigned i = 0; i < image->nr_segments; i++) {
        const struct kernel_segment *segment = &image->segments[i];

        if (segment->paddr < end || segment->file_size > size
            || segment->file_size > segment->memory_size
            || segment->data < data
            || segment->data + segment->file_size > data + size)
            abort();
        end = segment->paddr + segment->memory_size;
    }
    if (end != image->paddr_end
        || image->notes.entry - image->notes.virt_base >= end
        || strlen(image->notes.guest_os) >= sizeof(image->notes.guest_os))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct kernel_image image;

    if (kernel_image_parse(data, size, &image) == KERNEL_OK)
        check(&image, data, size);
    return 0;
}
