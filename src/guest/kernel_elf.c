/* SPDX-License-Identifier: MIT */
#include "kernel_elf.h"

#include <boot/placement.h>
#include <guest/kernel_image.h>
#include <lib/console.h>
#include <lib/panic.h>
#include <lib/round.h>
#include <lib/string.h>
#include <machine/paging.h>

/* Some compressors tell no size; none of them shrinks a kernel more. */
static uint64_t unpacked_room(const struct kernel_payload *payload)
{
    return round_up(payload->unpacked_size ? payload->unpacked_size
                                           : payload->size * 8, PAGE_SIZE);
}

/* Is it the initrd's fault?  Then say so: it is the easier one to shrink. */
_Noreturn static void panic_no_room(uint64_t size, const char *what,
                                    const struct boot_module *initrd)
{
    if (initrd->size) {
        claim_release(initrd->start, initrd->size);
        if (claim_temporary(size) != UINT64_MAX)
            panic("The initrd of %lu KiB doesn't fit: it leaves too little "
                  "RAM to %s the kernel, %lu KiB", initrd->size >> 10, what,
                  size >> 10);
    }
    panic("Too little RAM to %s the kernel: it needs %lu KiB", what,
          size >> 10);
}

static uint64_t claim_or_panic(uint64_t size, const char *what,
                               const struct boot_module *initrd)
{
    uint64_t place = claim_temporary(size);

    if (place == UINT64_MAX)
        panic_no_room(size, what, initrd);
    return place;
}

static void unpack(const struct kernel_payload *payload,
                   const struct boot_module *initrd, struct kernel_elf *elf)
{
    uint64_t heap_size = round_up(kernel_payload_heap(payload), PAGE_SIZE);

    elf->claim_size = unpacked_room(payload);
    elf->claim = claim_or_panic(elf->claim_size, "unpack", initrd);
    elf->data = direct(elf->claim);

    uint64_t heap = heap_size ? claim_or_panic(heap_size, "unpack", initrd)
                              : 0;
    enum kernel_error error;

    printk("Kernel: %lu KiB of %s\n", payload->size >> 10,
           compression_name(payload->compression));
    error = kernel_payload_unpack(payload, direct(elf->claim),
                                  elf->claim_size, direct(heap), heap_size,
                                  &elf->size);
    if (error)
        panic("The kernel can't be unpacked: %s", kernel_error_text(error));
    if (heap_size)
        claim_release(heap, heap_size);
}

struct kernel_elf kernel_elf_read(const struct boot_module *module,
                                  const struct boot_module *initrd)
{
    struct kernel_elf elf = { 0 };
    struct kernel_payload payload;
    enum kernel_error error = kernel_payload_find(direct(module->start),
                                                  module->size, &payload);

    if (error)
        panic("The first module is no kernel: %s", kernel_error_text(error));
    if (payload.compression != COMPRESSION_NONE) {
        unpack(&payload, initrd, &elf);
    } else {
        elf.data = payload.data;
        elf.size = payload.size;
    }
    return elf;
}

void kernel_elf_move(struct kernel_elf *elf, struct boot_module *module,
                     const struct boot_module *initrd)
{
    /* The image may lie behind the setup code of a bzImage. */
    uint64_t offset = (uint64_t)elf->data - (uint64_t)direct(module->start);
    uint64_t place = claim_or_panic(module->size, "move", initrd);

    memcpy(direct(place), direct(module->start), module->size);
    claim_release(module->start, module->size);
    module->start = place;
    elf->data = (char *)direct(place) + offset;
}
