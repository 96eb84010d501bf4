/* SPDX-License-Identifier: MIT */
#include <guest/elf_file.h>
#include <lib/string.h>

const uint8_t *elf_file_at(const struct elf_file *file, uint64_t offset,
                           uint64_t length)
{
    if (offset > file->size || length > file->size - offset)
        return NULL;
    return file->data + offset;
}

enum kernel_error elf_file_open(struct elf_file *file, const void *data,
                                size_t size)
{
    struct elf64_header *header = &file->header;
    const void *start;

    file->data = data;
    file->size = size;
    start = elf_file_at(file, 0, sizeof(*header));
    if (start == NULL)
        return KERNEL_NOT_ELF64;
    memcpy(header, start, sizeof(*header));

    if (memcmp(header->ident, ELF_MAGIC, strlen(ELF_MAGIC)) != 0
        || header->ident[ELF_IDENT_CLASS] != ELF_CLASS_64
        || header->ident[ELF_IDENT_DATA] != ELF_DATA_LSB
        || (header->type != ELF_TYPE_EXECUTABLE
            && header->type != ELF_TYPE_SHARED))
        return KERNEL_NOT_ELF64;
    if (header->machine != ELF_MACHINE_X86_64)
        return KERNEL_NOT_X86_64;
    if (header->phentsize != sizeof(struct elf64_segment)
        || (header->shnum != 0
            && header->shentsize != sizeof(struct elf64_section)))
        return KERNEL_BAD_ELF;
    return KERNEL_OK;
}

static bool read_entry(const struct elf_file *file, uint64_t table,
                       unsigned index, void *entry, size_t size)
{
    uint64_t offset;
    const void *start;

    if (__builtin_add_overflow(table, (uint64_t)index * size, &offset))
        return false;
    start = elf_file_at(file, offset, size);
    if (start == NULL)
        return false;
    memcpy(entry, start, size);
    return true;
}

bool elf_file_segment(const struct elf_file *file, unsigned index,
                      struct elf64_segment *segment)
{
    return index < file->header.phnum
           && read_entry(file, file->header.phoff, index, segment,
                         sizeof(*segment));
}

bool elf_file_section(const struct elf_file *file, unsigned index,
                      struct elf64_section *section)
{
    return index < file->header.shnum
           && read_entry(file, file->header.shoff, index, section,
                         sizeof(*section));
}

bool elf_file_section_is(const struct elf_file *file,
                         const struct elf64_section *section,
                         const char *name)
{
    size_t size = strlen(name) + 1;
    struct elf64_section names;
    const uint8_t *own;

    if (!elf_file_section(file, file->header.shstrndx, &names)
        || names.size < size || section->name > names.size - size)
        return false;
    if (elf_file_at(file, names.offset, names.size) == NULL)
        return false;
    own = elf_file_at(file, names.offset + section->name, size);
    return own != NULL && memcmp(own, name, size) == 0;
}

bool elf_file_find_section(const struct elf_file *file, const char *name,
                           struct elf64_section *section)
{
    for (unsigned i = 0; elf_file_section(file, i, section); i++)
        if (elf_file_section_is(file, section, name))
            return true;
    return false;
}

const uint8_t *elf_file_at_address(const struct elf_file *file,
                                   uint64_t address, uint64_t length)
{
    struct elf64_segment segment;

    for (unsigned i = 0; elf_file_segment(file, i, &segment); i++) {
        uint64_t behind = address - segment.vaddr;

        if (segment.type != ELF_SEGMENT_LOAD || behind > segment.filesz
            || length > segment.filesz - behind
            || segment.offset > file->size)
            continue;
        return elf_file_at(file, segment.offset + behind, length);
    }
    return NULL;
}
