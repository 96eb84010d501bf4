/* SPDX-License-Identifier: MIT */
/*
 * What the readers of the boot protocols share: strings copied out of the
 * loader's memory into struct boot_info.
 */
#ifndef BOOT_BOOT_TEXT_H
#define BOOT_BOOT_TEXT_H

#include <boot/boot_info.h>

/* An empty boot_info whose strings are "". */
void boot_info_start(struct boot_info *info, const char *protocol);

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

/* Append a module; one that does not fit or lies outside is counted. */
void boot_info_add_module(struct boot_info *info,
                          const struct physical_window *memory,
                          uint64_t start, uint64_t end,
                          const char *command_line);

#endif
