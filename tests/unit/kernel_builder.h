/* SPDX-License-Identifier: MIT */
/* Small kernels for tests, right at first and then as wrong as wanted. */
#ifndef KERNEL_BUILDER_H
#define KERNEL_BUILDER_H

#include <guest/kernel_image.h>
#include <lib/elf64.h>

#define TEST_KERNEL_SIZE     0x6000u
#define TEST_KERNEL_BASE     0xffffffff80000000ull
#define TEST_KERNEL_PADDR    0x1000000ull
#define TEST_KERNEL_ENTRY    (TEST_KERNEL_BASE + TEST_KERNEL_PADDR + 0x1c0)
#define TEST_KERNEL_P2M      0x8000000000ull

/* Where the parts lie in the file. */
enum test_kernel_layout {
    TEST_KERNEL_SEGMENTS = 0x40,
    TEST_KERNEL_NOTES = 0x800,
    TEST_KERNEL_LEGACY = 0xa00,
    TEST_KERNEL_NAMES = 0xc00,
    TEST_KERNEL_SECTIONS = 0xd00,
    TEST_KERNEL_TEXT = 0x1000,
    TEST_KERNEL_DATA = 0x3000,
};

struct test_kernel {
    uint8_t data[TEST_KERNEL_SIZE];
    size_t notes_size;
};

struct elf64_header *test_kernel_header(struct test_kernel *kernel);
struct elf64_segment *test_kernel_segment(struct test_kernel *kernel,
                                          unsigned index);
struct elf64_section *test_kernel_section(struct test_kernel *kernel,
                                          unsigned index);

/* Each returns what it added, with everything that a kernel needs. */
struct elf64_segment *test_kernel_add_load(struct test_kernel *kernel,
                                           uint64_t offset, uint64_t filesz,
                                           uint64_t paddr, uint64_t memsz);
/* Notes go to one segment, which the first one makes. */
struct elf_note *test_kernel_add_note(struct test_kernel *kernel,
                                      const char *name, uint32_t type,
                                      const void *data, uint32_t size);
struct elf_note *test_kernel_add_number(struct test_kernel *kernel,
                                        uint32_t type, uint64_t value);
struct elf_note *test_kernel_add_text(struct test_kernel *kernel,
                                      uint32_t type, const char *text);
/* The first one makes the section of names as well. */
struct elf64_section *test_kernel_add_section(struct test_kernel *kernel,
                                              const char *name, uint32_t type,
                                              uint64_t offset, uint64_t size);
void test_kernel_add_legacy(struct test_kernel *kernel, const char *text);

/* A header and nothing else. */
void test_kernel_start(struct test_kernel *kernel);
/* Segments like Linux', without notes. */
void test_kernel_start_loadable(struct test_kernel *kernel);
/* With all that Linux 6.1 has. */
void test_kernel_start_linux(struct test_kernel *kernel);

#endif
