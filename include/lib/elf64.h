/* SPDX-License-Identifier: MIT */
/* ELF-64 Object File Format, version 1.5, as far as a loader needs it. */
#ifndef LIB_ELF64_H
#define LIB_ELF64_H

#include <assert.h>
#include <stdint.h>

#define ELF_MAGIC "\177ELF"

enum elf_ident {
    ELF_IDENT_CLASS = 4,
    ELF_IDENT_DATA = 5,
    ELF_IDENT_SIZE = 16,
};

#define ELF_CLASS_64        2
#define ELF_DATA_LSB        1
#define ELF_TYPE_EXECUTABLE 2
#define ELF_TYPE_SHARED     3           /* position-independent too */
#define ELF_MACHINE_X86_64  62

struct elf64_header {
    uint8_t ident[ELF_IDENT_SIZE];
    uint16_t type;
    uint16_t machine;
    uint32_t version;
    uint64_t entry;
    uint64_t phoff;
    uint64_t shoff;
    uint32_t flags;
    uint16_t ehsize;
    uint16_t phentsize;
    uint16_t phnum;
    uint16_t shentsize;
    uint16_t shnum;
    uint16_t shstrndx;
};

static_assert(sizeof(struct elf64_header) == 64, "");

#define ELF_SEGMENT_LOAD 1
#define ELF_SEGMENT_NOTE 4

#define ELF_SEGMENT_ACCESS 7            /* readable, writable, executable */

struct elf64_segment {                  /* Elf64_Phdr */
    uint32_t type;
    uint32_t flags;
    uint64_t offset;
    uint64_t vaddr;
    uint64_t paddr;
    uint64_t filesz;
    uint64_t memsz;
    uint64_t align;
};

static_assert(sizeof(struct elf64_segment) == 56, "");

#define ELF_SECTION_NOTE   7
#define ELF_SECTION_NOBITS 8

struct elf64_section {                  /* Elf64_Shdr */
    uint32_t name;
    uint32_t type;
    uint64_t flags;
    uint64_t addr;
    uint64_t offset;
    uint64_t size;
    uint32_t link;
    uint32_t info;
    uint64_t addralign;
    uint64_t entsize;
};

static_assert(sizeof(struct elf64_section) == 64, "");

/* Followed by the name and the descriptor, each padded to 4 bytes. */
struct elf_note {
    uint32_t namesz;
    uint32_t descsz;
    uint32_t type;
};

static_assert(sizeof(struct elf_note) == 12, "");

#define ELF_NOTE_ALIGN 4u

#endif
