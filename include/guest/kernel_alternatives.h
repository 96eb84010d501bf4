/* SPDX-License-Identifier: MIT */
#ifndef GUEST_KERNEL_ALTERNATIVES_H
#define GUEST_KERNEL_ALTERNATIVES_H

#include <guest/elf_file.h>
#include <pvops/alternatives.h>

/*
 * Find an image's alternatives, which of the two layouts they have, and
 * the feature that says "this is Xen": the one without which the native
 * instructions for pv_ops' calls are put in.  False if there are none, or
 * they can't be told apart, or more than one feature is it.
 */
bool kernel_alternatives(const struct elf_file *file,
                         struct alternatives *alternatives);

#endif
