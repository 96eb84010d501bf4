/* SPDX-License-Identifier: MIT */
#ifndef GUEST_KERNEL_ROLE_H
#define GUEST_KERNEL_ROLE_H

#include <guest/kernel_image.h>

/*
 * True when the kernel can be an initial domain.  The feature bit for it
 * lies in Linux 5.10 and 6.1, so for Linux the code itself has to be there.
 * Takes an image whose segments and notes are filled in.
 */
bool kernel_can_own_hardware(const struct kernel_image *image);

#endif
