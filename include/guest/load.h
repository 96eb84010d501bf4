/* SPDX-License-Identifier: MIT */
/* From the loader's modules to a kernel in its place. */
#ifndef GUEST_LOAD_H
#define GUEST_LOAD_H

#include <boot/boot_info.h>
#include <boot/options.h>
#include <guest/kernel_image.h>

struct loaded_guest {
    struct kernel_image image;  /* segment data is not valid any longer */
    uint64_t initrd;            /* physical; 0: none */
    uint64_t initrd_size;
    const char *command_line;   /* the kernel module's */
};

extern struct loaded_guest loaded_guest;

/*
 * Unpack the first module, decide on the domain's role (options->role, ""
 * for what the kernel can do) and what is kept for its devices, place the
 * module's segments, get the second (the initrd) out of their way.  Panics
 * with a reason when the modules can't be used.
 */
void guest_load(const struct boot_info *info, const struct options *options);

#endif
