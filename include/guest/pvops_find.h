/* SPDX-License-Identifier: MIT */
#ifndef GUEST_PVOPS_FIND_H
#define GUEST_PVOPS_FIND_H

#include <guest/elf_file.h>
#include <pvops/pvops.h>

/*
 * Find in a kernel's image what replacing the operations of `groups` takes.
 * Returns NULL, or what is not as it must be: then they are left alone.
 * Addresses of memory are the caller's to fill in.
 */
const char *pvops_find(const struct elf_file *file, unsigned groups,
                       struct pvops *found);

#endif
