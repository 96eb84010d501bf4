/* SPDX-License-Identifier: MIT */
/* Reading an ELF file that may lie: everything is checked against its end. */
#ifndef GUEST_ELF_FILE_H
#define GUEST_ELF_FILE_H

#include <guest/kernel_image.h>
#include <lib/elf64.h>

struct elf_file {
    const uint8_t *data;
    size_t size;
    struct elf64_header header;
};

/* Check the header; the tables are checked as they are read. */
enum kernel_error elf_file_open(struct elf_file *file, const void *data,
                                size_t size);

/* [offset, offset + length) of the file, or NULL if it is not all there. */
const uint8_t *elf_file_at(const struct elf_file *file, uint64_t offset,
                           uint64_t length);

/* The index-th entry of a table; false if it lies outside the file. */
bool elf_file_segment(const struct elf_file *file, unsigned index,
                      struct elf64_segment *segment);
bool elf_file_section(const struct elf_file *file, unsigned index,
                      struct elf64_section *section);

/* True when the section has this name. */
bool elf_file_section_is(const struct elf_file *file,
                         const struct elf64_section *section,
                         const char *name);

/* The section of this name; false if there is none. */
bool elf_file_find_section(const struct elf_file *file, const char *name,
                           struct elf64_section *section);

/*
 * What the loaded image has at virtual addresses [address, + length), or
 * NULL if the file doesn't say it all.
 */
const uint8_t *elf_file_at_address(const struct elf_file *file,
                                   uint64_t address, uint64_t length);

#endif
