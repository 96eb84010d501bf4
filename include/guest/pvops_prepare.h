/* SPDX-License-Identifier: MIT */
#ifndef GUEST_PVOPS_PREPARE_H
#define GUEST_PVOPS_PREPARE_H

#include <stddef.h>

/*
 * Fill in `pvops` (pvops/pvops.h) from the kernel's unpacked image, as the
 * command line's `pvops` says, and log what stands against it.  The image's
 * notes are in loaded_guest.
 */
void pvops_prepare(const void *image, size_t size, const char *option);

/* What the kernel's command line has to have for it besides; perhaps "". */
const char *pvops_kernel_options(void);

#endif
