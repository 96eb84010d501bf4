/* SPDX-License-Identifier: MIT */
/* A small kernel with a pv_ops, right at first and then as wrong as wanted. */
#ifndef PVOPS_BUILDER_H
#define PVOPS_BUILDER_H

#include <stdbool.h>

#include "kernel_builder.h"

/* Where its parts lie in the file; up to DATA in the first segment. */
enum test_pvops_layout {
    TEST_PVOPS_NOTHING = TEST_KERNEL_TEXT,      /* functions */
    TEST_PVOPS_IDENTITY = TEST_KERNEL_TEXT + 0x10,
    TEST_PVOPS_STORE = TEST_KERNEL_TEXT + 0x20,
    TEST_PVOPS_OTHER = TEST_KERNEL_TEXT + 0x30,
    TEST_PVOPS_CALL = TEST_KERNEL_TEXT + 0x40,
    TEST_PVOPS_TEXT_END = TEST_KERNEL_TEXT + 0x400,
    TEST_PVOPS_EXPORTS = TEST_PVOPS_TEXT_END,
    TEST_PVOPS_STRINGS = TEST_PVOPS_EXPORTS + 0x40,
    TEST_PVOPS_ALTERNATIVES = TEST_PVOPS_EXPORTS + 0x80,
    TEST_PVOPS_REPLACEMENT = TEST_PVOPS_EXPORTS + 0xc0,
    TEST_PVOPS_BTF = TEST_PVOPS_EXPORTS + 0x100,
    TEST_PVOPS_TABLE = TEST_KERNEL_DATA + 0x100,
};

#define TEST_PVOPS_IS_XEN 272
#define TEST_PVOPS_MM_PGD 72

/* How the image is to differ from what is right. */
struct test_pvops {
    unsigned alternative_size;          /* 12, 14; 0: .parainstructions */
    const char *unknown;                /* one more operation of this name */
    const char *missing;                /* one less */
    unsigned parameters;                /* of write_msr */
    bool within_itself;                 /* pv_mmu_ops, without a name */
};

/* Returns how many operations are to be replaced at most. */
unsigned test_pvops_make(struct test_kernel *kernel,
                         const struct test_pvops *how);

/* The virtual address of a place in the file. */
uint64_t test_pvops_address(unsigned place);

/* Where the file has pv_ops' field of this name, or 0. */
unsigned test_pvops_field(const char *name);

#endif
