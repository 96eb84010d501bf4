/* SPDX-License-Identifier: MIT */
/* The kernel's ELF image: in the loader's module, or unpacked from it. */
#ifndef GUEST_KERNEL_ELF_H
#define GUEST_KERNEL_ELF_H

#include <stddef.h>
#include <stdint.h>

#include <boot/boot_info.h>

struct kernel_elf {
    const void *data;           /* in the direct map */
    size_t size;
    uint64_t claim;             /* what was claimed for it */
    uint64_t claim_size;        /* 0: it is in the module */
};

/*
 * Find or unpack it.  Panics if the module is no kernel or there is too
 * little RAM, which may be the initrd's fault (size 0: there is none).
 */
struct kernel_elf kernel_elf_read(const struct boot_module *module,
                                  const struct boot_module *initrd);

/* Move the module that it is in elsewhere; its old place is free then. */
void kernel_elf_move(struct kernel_elf *elf, struct boot_module *module,
                     const struct boot_module *initrd);

#endif
