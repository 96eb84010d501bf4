/* SPDX-License-Identifier: MIT */
#include "kernel_builder.h"

#include <assert.h>
#include <string.h>

#include <xen/elfnote.h>
#include <xen/features.h>

#define TEXT_SIZE   0x2000u
#define DATA_SIZE   0x1000u
#define BSS_SIZE    0x1800u
#define DATA_PADDR  (TEST_KERNEL_PADDR + 0x200000)

struct elf64_header *test_kernel_header(struct test_kernel *kernel)
{
    return (struct elf64_header *)kernel->data;
}

struct elf64_segment *test_kernel_segment(struct test_kernel *kernel,
                                          unsigned index)
{
    return (struct elf64_segment *)(kernel->data + TEST_KERNEL_SEGMENTS)
           + index;
}

struct elf64_section *test_kernel_section(struct test_kernel *kernel,
                                          unsigned index)
{
    return (struct elf64_section *)(kernel->data + TEST_KERNEL_SECTIONS)
           + index;
}

static struct elf64_segment *add_segment(struct test_kernel *kernel)
{
    return test_kernel_segment(kernel,
                               test_kernel_header(kernel)->phnum++);
}

struct elf64_segment *test_kernel_add_load(struct test_kernel *kernel,
                                           uint64_t offset, uint64_t filesz,
                                           uint64_t paddr, uint64_t memsz)
{
    struct elf64_segment *segment = add_segment(kernel);

    *segment = (struct elf64_segment){
        .type = ELF_SEGMENT_LOAD, .flags = ELF_SEGMENT_ACCESS,
        .offset = offset, .filesz = filesz,
        .vaddr = paddr + TEST_KERNEL_BASE, .paddr = paddr, .memsz = memsz,
    };
    return segment;
}

static struct elf64_segment *note_segment(struct test_kernel *kernel)
{
    struct elf64_segment *segment;

    for (unsigned i = 0; i < test_kernel_header(kernel)->phnum; i++)
        if (test_kernel_segment(kernel, i)->type == ELF_SEGMENT_NOTE)
            return test_kernel_segment(kernel, i);

    segment = add_segment(kernel);
    segment->type = ELF_SEGMENT_NOTE;
    segment->offset = TEST_KERNEL_NOTES;
    return segment;
}

static uint32_t padded(uint32_t size)
{
    return (size + ELF_NOTE_ALIGN - 1) & ~(ELF_NOTE_ALIGN - 1);
}

struct elf_note *test_kernel_add_note(struct test_kernel *kernel,
                                      const char *name, uint32_t type,
                                      const void *data, uint32_t size)
{
    struct elf64_segment *segment = note_segment(kernel);
    uint8_t *start = kernel->data + TEST_KERNEL_NOTES + kernel->notes_size;
    struct elf_note *note = (struct elf_note *)start;
    uint32_t namesz = strlen(name) + 1;

    note->namesz = namesz;
    note->descsz = size;
    note->type = type;
    memcpy(start + sizeof(*note), name, namesz);
    memcpy(start + sizeof(*note) + padded(namesz), data, size);
    kernel->notes_size += sizeof(*note) + padded(namesz) + padded(size);
    segment->filesz = segment->memsz = kernel->notes_size;
    assert(TEST_KERNEL_NOTES + kernel->notes_size <= TEST_KERNEL_LEGACY);
    return note;
}

struct elf_note *test_kernel_add_number(struct test_kernel *kernel,
                                        uint32_t type, uint64_t value)
{
    return test_kernel_add_note(kernel, "Xen", type, &value, sizeof(value));
}

struct elf_note *test_kernel_add_text(struct test_kernel *kernel,
                                      uint32_t type, const char *text)
{
    return test_kernel_add_note(kernel, "Xen", type, text, strlen(text) + 1);
}

struct elf64_section *test_kernel_add_section(struct test_kernel *kernel,
                                              const char *name, uint32_t type,
                                              uint64_t offset, uint64_t size)
{
    struct elf64_header *header = test_kernel_header(kernel);
    struct elf64_section *names = test_kernel_section(kernel, 0), *section;

    if (header->shnum == 0) {
        header->shnum = 1;
        header->shoff = TEST_KERNEL_SECTIONS;
        header->shentsize = sizeof(*section);
        names->offset = TEST_KERNEL_NAMES;
        names->size = 1;        /* the empty name */
    }
    section = test_kernel_section(kernel, header->shnum++);
    section->name = names->size;
    section->type = type;
    section->offset = offset;
    section->size = size;
    strcpy((char *)kernel->data + names->offset + names->size, name);
    names->size += strlen(name) + 1;
    return section;
}

void test_kernel_add_legacy(struct test_kernel *kernel, const char *text)
{
    strcpy((char *)kernel->data + TEST_KERNEL_LEGACY, text);
    test_kernel_add_section(kernel, "__xen_guest", 1, TEST_KERNEL_LEGACY,
                            strlen(text) + 1);
}

void test_kernel_start(struct test_kernel *kernel)
{
    struct elf64_header *header = test_kernel_header(kernel);

    memset(kernel, 0, sizeof(*kernel));
    memcpy(header->ident, ELF_MAGIC, strlen(ELF_MAGIC));
    header->ident[ELF_IDENT_CLASS] = ELF_CLASS_64;
    header->ident[ELF_IDENT_DATA] = ELF_DATA_LSB;
    header->type = ELF_TYPE_EXECUTABLE;
    header->machine = ELF_MACHINE_X86_64;
    header->entry = TEST_KERNEL_PADDR;
    header->phoff = TEST_KERNEL_SEGMENTS;
    header->phentsize = sizeof(struct elf64_segment);
    for (unsigned i = TEST_KERNEL_TEXT; i < TEST_KERNEL_SIZE; i++)
        kernel->data[i] = i % 1024 < 64 ? i * i >> 9 : 0;
}

void test_kernel_start_loadable(struct test_kernel *kernel)
{
    test_kernel_start(kernel);
    test_kernel_add_load(kernel, TEST_KERNEL_TEXT, TEXT_SIZE,
                         TEST_KERNEL_PADDR, TEXT_SIZE);
    test_kernel_add_load(kernel, TEST_KERNEL_DATA, DATA_SIZE, DATA_PADDR,
                         DATA_SIZE + BSS_SIZE);
}

void test_kernel_start_linux(struct test_kernel *kernel)
{
    test_kernel_start_loadable(kernel);
    test_kernel_add_note(kernel, "Linux", 0x101, "4711", 5);
    test_kernel_add_text(kernel, XEN_ELFNOTE_GUEST_OS, "linux");
    test_kernel_add_text(kernel, XEN_ELFNOTE_GUEST_VERSION, "2.6");
    test_kernel_add_text(kernel, XEN_ELFNOTE_XEN_VERSION, "xen-3.0");
    test_kernel_add_number(kernel, XEN_ELFNOTE_VIRT_BASE, TEST_KERNEL_BASE);
    test_kernel_add_number(kernel, XEN_ELFNOTE_INIT_P2M, TEST_KERNEL_P2M);
    test_kernel_add_number(kernel, XEN_ELFNOTE_ENTRY, TEST_KERNEL_ENTRY);
    test_kernel_add_text(kernel, XEN_ELFNOTE_FEATURES,
                         "!writable_page_tables|pae_pgdir_above_4gb");
    test_kernel_add_note(kernel, "Xen", XEN_ELFNOTE_SUPPORTED_FEATURES,
                         &(uint32_t){ 1u << XENFEAT_dom0 }, 4);
    test_kernel_add_text(kernel, XEN_ELFNOTE_LOADER, "generic");
    test_kernel_add_note(kernel, "Xen", XEN_ELFNOTE_MOD_START_PFN,
                         &(uint32_t){ 1 }, 4);
    test_kernel_add_number(kernel, XEN_ELFNOTE_HV_START_LOW,
                           0xffff800000000000);
    test_kernel_add_number(kernel, XEN_ELFNOTE_PADDR_OFFSET, 0);
}
