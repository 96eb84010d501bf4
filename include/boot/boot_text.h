/* SPDX-License-Identifier: MIT */
/* Strings, copied out of the loader's memory into struct boot_info. */
#ifndef BOOT_BOOT_TEXT_H
#define BOOT_BOOT_TEXT_H

#include <boot/boot_info.h>

/*
 * Copy a string that ends with a NUL or `limit` bytes on.  Returns the
 * copy, which is cut (info->truncated_text) when there is no room for it
 * or it has no NUL.
 */
const char *boot_text_copy(struct boot_info *info, const char *text,
                           uint64_t limit);

/* The same for the string at a physical address; 0 and outside give "". */
const char *boot_text_at(struct boot_info *info,
                         const struct physical_window *memory,
                         uint64_t address);

/* The arguments of a command line: what follows the loader's file name. */
const char *boot_text_arguments(const char *line, const char *loader);

#endif
